"""Uses `view`, which fails for tensors that are not contiguous."""

TASK = "pooling"
FILE = "layers.py"
HINT = (
    "`view` works only where the memory is laid out in the order of the dimensions; a transposed tensor's"
    " is not. `reshape` copies where it has to."
)


def max_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    n, c, h, w = x.shape
    windows = x.view(n * c, h, w).unfold(1, kernel_size, step).unfold(2, kernel_size, step)
    y = windows.amax((-2, -1))
    return y.reshape(n, c, y.shape[1], y.shape[2])
