"""Starts the maximum at 0."""

TASK = "pooling"
FILE = "layers.py"
HINT = "Where all numbers of a window are negative your maximum is 0, which is in no window."


def max_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    return x.unfold(2, kernel_size, step).unfold(3, kernel_size, step).amax((-2, -1)).clamp(min=0)
