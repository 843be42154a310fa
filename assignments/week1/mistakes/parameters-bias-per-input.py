"""Counts a bias for every input channel."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = "Your biases are counted on the wrong side: a bias is added to each map that comes out."


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return out_channels * (in_channels // groups) * kh * kw + (in_channels if bias else 0)
