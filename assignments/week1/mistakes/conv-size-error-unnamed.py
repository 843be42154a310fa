"""Raises an error that does not say what is wrong."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = (
    "You raise ValueError where you should, but its message names no argument. Whoever reads it wants to"
    " know what to change."
)


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = (h + 2 * p - d * (k - 1) - 1) // s + 1
        if size < 1:
            raise ValueError("invalid")
        sizes.append(size)
    return tuple(sizes)
