"""Multiplies by W instead of its transpose."""

TASK = "perceptron"
FILE = "layers.py"
HINT = "A layer's weight is (U, F), one row for each unit. What has to be done with it before x @ ... fits?"


def perceptron(x, weight, bias):
    return (x @ weight + bias > 0).float()
