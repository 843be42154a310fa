"""Calls PyTorch's linear layer."""

import torch.nn.functional as F

TASK = "linear"
FILE = "layers.py"
HINT = (
    "Right, but it is PyTorch's layer that does the work. This week you write it yourself: one matrix"
    " product and one sum."
)


def linear(x, weight, bias=None):
    return F.linear(x, weight, bias)
