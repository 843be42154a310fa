"""Reshapes where it should permute, and mixes maps and places."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "The shape is right, the numbers are at the wrong places: to move a dimension is `permute`, `reshape`"
    " only deals the same row of numbers out anew."
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    y = torch.einsum("ncijuv,ocuv->nijo", windows, weight)
    y = y if bias is None else y + bias
    return y.reshape(n, len(weight), y.shape[1], y.shape[2])
