"""Ignores the padding."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = "Your result does not depend on the padding."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
