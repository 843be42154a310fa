"""Differentiates the sum instead of the mean."""

import torch

TASK = "autograd"
FILE = "tensors.py"
HINT = "Your gradient is four times too large: out is the mean of the four numbers."


def autograd_example():
    x = torch.ones(2, 2, requires_grad=True)
    z = 3 * (x + 2) ** 2
    z.sum().backward()
    return z.mean().item(), x.grad
