"""Computes NAND."""

import torch

TASK = "perceptron"
FILE = "layers.py"
HINT = "Where both inputs are 0 your xor answers 1: that is NAND. It is one of the two hidden units you need."


def xor(x):
    return perceptron(x, torch.tensor([-1.0, -1.0]), torch.tensor(1.5))
