"""Counts the biases also where there are none."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = "You ignore the argument `bias`."


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return out_channels * (in_channels // groups) * kh * kw + out_channels
