"""Computes the opposite."""

import torch

TASK = "perceptron"
FILE = "layers.py"
HINT = "Every answer of your xor is the opposite of the right one."


def xor(x):
    hidden = perceptron(x, torch.tensor([[1.0, 1.0], [-1.0, -1.0]]), torch.tensor([-0.5, 1.5]))
    return perceptron(hidden, torch.tensor([-1.0, -1.0]), torch.tensor(1.5))
