"""Accepts a size of 0."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = "You complain about negative sizes, and let 0 pass. An image without pixels is no image."


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = (h + 2 * p - d * (k - 1) - 1) // s + 1
        if size < 0:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
