"""Pads a copy of the image that has left the graph."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = "weight and bias get their gradients, x gets none: look at how your padded image is made."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x.data
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
