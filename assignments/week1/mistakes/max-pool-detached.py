"""Cuts the result off the graph."""

TASK = "pooling"
FILE = "layers.py"
HINT = "The numbers are right, but no gradient gets through your max_pool2d."


def max_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    return x.detach().unfold(2, kernel_size, step).unfold(3, kernel_size, step).amax((-2, -1))
