"""Adds a small number before it takes the logarithm."""

import torch

TASK = "cross-entropy"
FILE = "layers.py"
HINT = (
    "Your loss never exceeds some 20, and its gradient vanishes there: a small number inside the"
    " logarithm hides the problem."
)


def cross_entropy(logits, target):
    return -(softmax(logits, 1)[torch.arange(len(target)), target] + 1e-9).log().mean()
