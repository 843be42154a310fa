"""Returns tanh."""

import torch

TASK = "activations"
FILE = "layers.py"
HINT = "Your sigmoid runs from -1 to 1, and is 0 at 0. Asked for is its relative, from 0 to 1."


def sigmoid(x):
    return torch.tanh(x)
