"""Calls PyTorch's softmax."""

import torch

TASK = "softmax"
FILE = "layers.py"
HINT = "Right, but it is PyTorch's layer that does the work. This week you write it yourself."


def softmax(logits, dim):
    return torch.softmax(logits, dim)
