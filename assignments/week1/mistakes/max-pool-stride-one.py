"""Takes 1 as the default stride."""

TASK = "pooling"
FILE = "layers.py"
HINT = "Without a stride your windows overlap. By default they lie side by side."


def max_pool2d(x, kernel_size, stride=None):
    step = stride or 1
    return x.unfold(2, kernel_size, step).unfold(3, kernel_size, step).amax((-2, -1))
