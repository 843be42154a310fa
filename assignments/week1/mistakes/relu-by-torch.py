"""Calls PyTorch's ReLU."""

import torch

TASK = "activations"
FILE = "layers.py"
HINT = (
    "Right, but it is PyTorch's layer that does the work. This week you write it yourself, with a"
    " comparison or a `clamp`."
)


def relu(x):
    return torch.relu(x)
