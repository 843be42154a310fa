"""Counts windows from their middle, which an even kernel has none of."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = "Your sizes are right for odd kernels. An even one has no middle: count windows from their first row and column."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    kh, kw = weight.shape[2:]
    windows = padded.unfold(2, kh, 1).unfold(3, kw, 1)
    rows = range(kh // 2, h + 2 * padding - kh // 2, stride)
    columns = range(kw // 2, w + 2 * padding - kw // 2, stride)
    rows, columns = [i - kh // 2 for i in rows], [j - kw // 2 for j in columns]
    windows = windows[:, :, [min(i, windows.shape[2] - 1) for i in rows]]
    windows = windows[:, :, :, [min(j, windows.shape[3] - 1) for j in columns]]
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
