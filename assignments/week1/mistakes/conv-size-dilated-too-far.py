"""Lets a dilated kernel reach over D * K pixels."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = (
    "Draw a kernel of 3 with dilation 2: three crosses with one gap between each two. Count the places"
    " from the first cross to the last."
)


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = (h + 2 * p - d * k) // s + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
