"""Fails without a stride."""

TASK = "pooling"
FILE = "layers.py"
HINT = "`stride=None` is the default, and means: as far as the window is wide."


def avg_pool2d(x, kernel_size, stride=None):
    return x.unfold(2, kernel_size, stride).unfold(3, kernel_size, stride).mean((-2, -1))
