"""Forgets the bias."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = "You never add the bias."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    return torch.einsum("ncijuv,ocuv->noij", windows, weight)
