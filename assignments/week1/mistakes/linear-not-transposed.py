"""Multiplies by W instead of its transpose."""

TASK = "linear"
FILE = "layers.py"
HINT = (
    "PyTorch keeps a linear layer's weight as (out, in): one row for each output. What has to be done"
    " with it before x @ ... fits?"
)


def linear(x, weight, bias=None):
    y = x @ weight
    return y if bias is None else y + bias
