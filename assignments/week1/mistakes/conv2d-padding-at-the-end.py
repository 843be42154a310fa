"""Puts all of the padding at the right and at the bottom."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "The size is right, but the picture sits in a corner of its frame. Half of the zeros belong at the"
    " left and at the top."
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, :h, :w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
