"""Squares the kernel's height."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = "A kernel need not be square: one of (2, 7) has 14 numbers, not 4."


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, _ = pair(kernel_size)
    return out_channels * (in_channels // groups) * kh**2 + (out_channels if bias else 0)
