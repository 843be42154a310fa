"""Returns 0.5 where w.x + b is 0."""

import torch

TASK = "perceptron"
FILE = "layers.py"
HINT = "Between silent and firing there is nothing: at exactly 0 yours answers 0.5."


def perceptron(x, weight, bias):
    return (torch.sign(x @ weight.t() + bias) + 1) / 2
