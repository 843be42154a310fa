"""Returns out as a tensor."""

import torch

TASK = "autograd"
FILE = "tensors.py"
HINT = "out is to be a float. A tensor with one number in it is still a tensor."


def autograd_example():
    x = torch.ones(2, 2, requires_grad=True)
    out = (3 * (x + 2) ** 2).mean()
    out.backward()
    return out.detach(), x.grad
