"""Takes the sum for the mean."""

import torch

TASK = "autograd"
FILE = "tensors.py"
HINT = "Both of your answers are four times too large: out is the mean of z."


def autograd_example():
    x = torch.ones(2, 2, requires_grad=True)
    out = (3 * (x + 2) ** 2).sum()
    out.backward()
    return out.item(), x.grad
