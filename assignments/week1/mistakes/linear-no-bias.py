"""Forgets the bias."""

TASK = "linear"
FILE = "layers.py"
HINT = "You multiply, and never add the bias."


def linear(x, weight, bias=None):
    return x @ weight.T
