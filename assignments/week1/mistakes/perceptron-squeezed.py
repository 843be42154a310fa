"""Drops dimensions of size 1."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "A batch of one is a batch, and a layer of one unit is a layer. `squeeze()` removes both dimensions."


def perceptron(x, weight, bias):
    return (x @ weight.t() + bias > 0).float().squeeze()
