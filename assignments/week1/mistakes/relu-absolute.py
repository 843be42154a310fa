"""Returns absolute values."""

TASK = "activations"
FILE = "layers.py"
HINT = "Your relu makes negative numbers positive. It is to make them 0."


def relu(x):
    return x.abs()
