"""Forgets the bias."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "You never add the bias."


def perceptron(x, weight, bias):
    return (x @ weight.t() > 0).float()
