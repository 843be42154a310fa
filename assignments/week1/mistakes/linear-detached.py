"""Cuts the result off the graph."""

TASK = "linear"
FILE = "layers.py"
HINT = "The numbers are right, but no gradient gets through: something on the way leaves autograd's graph."


def linear(x, weight, bias=None):
    y = x.detach() @ weight.detach().T
    return y if bias is None else y + bias.detach()
