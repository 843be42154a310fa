"""Adds the padding once instead of on both sides."""

TASK = "conv-size"
FILE = "shapes.py"
HINT = "Padding is laid around the image. How many sides does a row of pixels have?"


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = (h + p - d * (k - 1) - 1) // s + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
