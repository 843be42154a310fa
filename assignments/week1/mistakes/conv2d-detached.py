"""Collects the numbers outside of the graph."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "The numbers are right, but no gradient gets through: `.item()`, `.data` and `torch.tensor(...)` take"
    " them out of autograd's graph."
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight).detach()
    return y if bias is None else y + bias.detach().reshape(-1, 1, 1)
