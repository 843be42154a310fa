"""Cuts the result off the graph."""

TASK = "pooling"
FILE = "layers.py"
HINT = "The numbers are right, but no gradient gets through your avg_pool2d."


def avg_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    return x.data.unfold(2, kernel_size, step).unfold(3, kernel_size, step).mean((-2, -1))
