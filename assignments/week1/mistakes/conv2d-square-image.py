"""Takes the image to be as wide as it is high."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = "You read the image's size from one of its sides. Pictures are seldom square."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    kh, kw = weight.shape[2:]
    out = (h + 2 * padding - kh) // stride + 1
    windows = padded.unfold(2, kh, stride).unfold(3, kw, stride)[:, :, :out, :out]
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
