"""Averages in max_pool2d."""

TASK = "pooling"
FILE = "layers.py"
HINT = "Your max_pool2d returns means."


def max_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    return x.unfold(2, kernel_size, step).unfold(3, kernel_size, step).mean((-2, -1))
