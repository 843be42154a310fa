"""Returns -1 and 1."""

import torch

TASK = "perceptron"
FILE = "layers.py"
HINT = "Your unit answers with -1 and 1. Asked for are 0 and 1."


def perceptron(x, weight, bias):
    return torch.sign(x @ weight.t() + bias)
