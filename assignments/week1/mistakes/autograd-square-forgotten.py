"""Forgets the square."""

import torch

TASK = "autograd"
FILE = "tensors.py"
HINT = "z is 3 y squared. Your out is 9, which is 3 y."


def autograd_example():
    x = torch.ones(2, 2, requires_grad=True)
    out = (3 * (x + 2)).mean()
    out.backward()
    return out.item(), x.grad
