"""Uses the stride downwards only."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = "Your kernel takes large steps downwards and small ones to the right."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    windows = padded.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], 1)
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
