"""Compares with the bias instead of adding it."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "Your bias works as a threshold: with the other sign. w.x + b > 0 is w.x > -b."


def perceptron(x, weight, bias):
    return (x @ weight.t() > bias).float()
