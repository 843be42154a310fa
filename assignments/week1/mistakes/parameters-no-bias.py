"""Leaves out the biases."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = "You count the weights only. Each output channel has one number more, unless the layer was told to do without."


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return out_channels * (in_channels // groups) * kh * kw
