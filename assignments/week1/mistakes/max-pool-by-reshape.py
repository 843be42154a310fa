"""Cuts windows by reshaping, which mixes rows and columns."""

TASK = "pooling"
FILE = "layers.py"
HINT = (
    "The shape is right, but your windows are not squares: a reshape to (..., K, K) takes K x K numbers"
    " that follow one another in memory."
)


def max_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    windows = x.unfold(2, kernel_size, step).unfold(3, kernel_size, step)
    n, c, oh, ow = windows.shape[:4]
    return windows.permute(0, 1, 2, 4, 3, 5).reshape(n, c, oh, ow, kernel_size**2).amax(-1)
