"""Adds into the caller's weight."""

TASK = "linear"
FILE = "layers.py"
HINT = (
    "Your function changes one of its arguments. Operations that end in an underscore, and `+=`, write"
    " into the tensor itself."
)


def linear(x, weight, bias=None):
    y = x @ weight.T
    if bias is not None:
        y = y + bias
        bias.data += 0.01
    return y
