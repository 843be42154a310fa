"""Never runs backward, so that there is no gradient."""

import torch

TASK = "autograd"
FILE = "tensors.py"
HINT = "Your gradient is None. A gradient appears in `x.grad` when somebody runs the graph backwards."


def autograd_example():
    x = torch.ones(2, 2, requires_grad=True)
    out = (3 * (x + 2) ** 2).mean()
    return out.item(), x.grad
