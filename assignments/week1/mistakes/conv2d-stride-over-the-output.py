"""Takes the right number of windows, but not the stride between them."""

import torch

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "The size is right, but all windows lie close together at the top left: where does the window of"
    " output (i, j) start?"
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, c, h, w = x.shape
    padded = x.new_zeros(n, c, h + 2 * padding, w + 2 * padding)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    kh, kw = weight.shape[2:]
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    windows = padded.unfold(2, kh, 1).unfold(3, kw, 1)[:, :, :oh, :ow]
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
