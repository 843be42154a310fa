"""Cuts the result off the graph."""

import torch

TASK = "activations"
FILE = "layers.py"
HINT = "The numbers are right, but no gradient gets through your relu: something on the way leaves autograd's graph."


def relu(x):
    return torch.tensor([max(value, 0.0) for value in x.flatten().tolist()]).reshape(x.shape)
