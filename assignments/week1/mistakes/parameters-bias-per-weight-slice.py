"""Counts a bias for every pair of channels."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = (
    "You give every slice of a kernel a bias of its own. All input channels are summed into one map, and"
    " to this map one bias is added."
)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return out_channels * (in_channels // groups) * (kh * kw + (1 if bias else 0))
