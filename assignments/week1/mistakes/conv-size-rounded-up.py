"""Rounds up instead of down."""

import math

TASK = "conv-size"
FILE = "shapes.py"
HINT = "You count a last stop at which the kernel would hang over the edge. A convolution stops before that."


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    sizes = []
    for h, k, s, p, d in zip(*map(pair, (input_size, kernel_size, stride, padding, dilation)), strict=True):
        size = math.ceil((h + 2 * p - d * (k - 1) - 1) / s) + 1
        if size < 1:
            raise ValueError(f"kernel_size {kernel_size} does not fit")
        sizes.append(size)
    return tuple(sizes)
