"""Forgets the minus sign."""

import torch

TASK = "activations"
FILE = "layers.py"
HINT = "Your sigmoid falls where it should rise. Look at the sign in the exponent."


def sigmoid(x):
    return 1 / (1 + torch.exp(x))
