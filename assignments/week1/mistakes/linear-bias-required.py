"""Adds the bias even where it is None."""

TASK = "linear"
FILE = "layers.py"
HINT = "`bias=None` means that there is none; it cannot be added."


def linear(x, weight, bias=None):
    return x @ weight.T + bias
