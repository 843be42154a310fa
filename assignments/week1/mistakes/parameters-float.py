"""Returns a float."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = "The number is right, but it is a float. A count is an int: which division gives one?"


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return out_channels * in_channels / groups * kh * kw + (out_channels if bias else 0)
