"""Cuts the result off the graph."""

import torch

TASK = "activations"
FILE = "layers.py"
HINT = "The numbers are right, but no gradient gets through your sigmoid."


def sigmoid(x):
    return 1 / (1 + torch.exp(-x.detach()))
