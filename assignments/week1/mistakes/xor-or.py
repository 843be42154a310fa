"""Computes OR."""

import torch

TASK = "perceptron"
FILE = "layers.py"
HINT = (
    'Where both inputs are 1 your xor answers 1: that is OR. One unit for "at least one" is a start;'
    " which second one helps?"
)


def xor(x):
    return perceptron(x, torch.tensor([1.0, 1.0]), torch.tensor(-0.5))
