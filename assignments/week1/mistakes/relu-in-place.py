"""Writes the zeros into the caller's tensor."""

TASK = "activations"
FILE = "layers.py"
HINT = "Your relu writes into its argument: the caller's tensor is not what it was, and autograd objects as well."


def relu(x):
    x[x < 0] = 0
    return x
