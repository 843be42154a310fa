"""Adds the bias outside of the graph."""

TASK = "linear"
FILE = "layers.py"
HINT = "x and weight get their gradients, the bias gets none. Is it added as a tensor, or as plain data?"


def linear(x, weight, bias=None):
    y = x @ weight.T
    return y if bias is None else y + bias.data
