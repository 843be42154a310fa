"""Takes the image to be as wide as it is high."""

TASK = "pooling"
FILE = "layers.py"
HINT = "You compute the output's height and use it for the width as well."


def max_pool2d(x, kernel_size, stride=None):
    step = kernel_size if stride is None else stride
    out = (x.shape[2] - kernel_size) // step + 1
    return x.unfold(2, kernel_size, step).unfold(3, kernel_size, step)[:, :, :, :out].amax((-2, -1))
