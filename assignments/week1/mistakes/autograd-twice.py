"""Runs backward twice, and the gradients pile up."""

import torch

TASK = "autograd"
FILE = "tensors.py"
HINT = "Your gradient is twice too large. Each backward pass adds to what is in `grad` already."


def autograd_example():
    x = torch.ones(2, 2, requires_grad=True)
    out = (3 * (x + 2) ** 2).mean()
    out.backward(retain_graph=True)
    out.backward()
    return out.item(), x.grad
