"""Calls PyTorch's linear layer."""

import torch.nn.functional as F

TASK = "perceptron"
FILE = "layers.py"
HINT = "Right, but PyTorch's linear layer does the work. One matrix product and one sum do as well."


def perceptron(x, weight, bias):
    return (F.linear(x, weight, bias) > 0).float()
