"""Takes tanh(x) where tanh(x / 2) belongs."""

import torch

TASK = "activations"
FILE = "layers.py"
HINT = "Your sigmoid is twice too steep. The two curves are related by (1 + tanh(x / 2)) / 2."


def sigmoid(x):
    return (1 + torch.tanh(x)) / 2
