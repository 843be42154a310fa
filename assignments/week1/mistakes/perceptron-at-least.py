"""Fires where w.x + b is 0."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "At exactly 0 the unit is silent: it fires above 0."


def perceptron(x, weight, bias):
    return (x @ weight.t() + bias >= 0).float()
