"""Always steps as far as the window is wide."""

TASK = "pooling"
FILE = "layers.py"
HINT = "Your max_pool2d ignores `stride`."


def max_pool2d(x, kernel_size, stride=None):
    return x.unfold(2, kernel_size, kernel_size).unfold(3, kernel_size, kernel_size).amax((-2, -1))
