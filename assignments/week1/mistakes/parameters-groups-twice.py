"""Divides input and output channels by the groups."""

TASK = "conv-parameters"
FILE = "shapes.py"
HINT = (
    "You divide too much away: the groups share the output channels among them, but together they still"
    " make all of them."
)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    kh, kw = pair(kernel_size)
    return (out_channels // groups) * (in_channels // groups) * kh * kw + (out_channels if bias else 0)
