"""Forgets that a kernel is as deep as its input."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = "Your kernels are flat. A kernel has a slice for each input channel."


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return out_channels * kh * kw + (out_channels if bias else 0)
