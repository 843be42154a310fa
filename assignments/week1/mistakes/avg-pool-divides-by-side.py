"""Divides by the window's side instead of its area."""

TASK = "pooling"
FILE = "layers.py"
HINT = "Your avg_pool2d divides by K. How many numbers are in a window?"


def avg_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    return x.unfold(2, kernel_size, step).unfold(3, kernel_size, step).sum((-2, -1)) / kernel_size
