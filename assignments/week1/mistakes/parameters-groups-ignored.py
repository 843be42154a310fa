"""Ignores the groups."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = "Your count does not depend on `groups`. With 4 groups an output channel sees a quarter of the input channels."


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return out_channels * in_channels * kh * kw + (out_channels if bias else 0)
