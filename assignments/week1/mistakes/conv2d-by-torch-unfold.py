"""Lets torch.nn.functional cut the windows out."""

import torch.nn.functional as F

TASK = "conv2d"
FILE = "layers.py"
HINT = (
    "Right, but padding and windows come from torch.nn.functional. `Tensor.unfold`, the method, is"
    " allowed: it only looks at the same numbers in another shape."
)


def conv2d(x, weight, bias=None, stride=1, padding=0):
    n, _, h, w = x.shape
    kh, kw = weight.shape[2:]
    oh, ow = (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1
    columns = F.unfold(x, (kh, kw), padding=padding, stride=stride)
    y = (weight.reshape(len(weight), -1) @ columns).reshape(n, -1, oh, ow)
    return y if bias is None else y + bias.reshape(-1, 1, 1)
