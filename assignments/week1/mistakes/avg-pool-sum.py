"""Adds up in avg_pool2d."""

TASK = "pooling"
FILE = "layers.py"
HINT = "Your avg_pool2d returns sums. A mean is a sum divided by something."


def avg_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    return x.unfold(2, kernel_size, step).unfold(3, kernel_size, step).sum((-2, -1))
