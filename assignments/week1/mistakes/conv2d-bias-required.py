"""Adds the bias even where it is None."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = "`bias=None` means that there is none; nothing can be read from it."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    return torch.einsum("ncijuv,ocuv->noij", windows, weight) + bias.reshape(-1, 1, 1)
