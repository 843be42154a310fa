"""Calls PyTorch's convolution."""

import torch.nn.functional as F

TASK = "conv2d"
FILE = "layers.py"
HINT = "Right, but it is PyTorch's layer that does the work. This week you write it yourself."


def conv2d(x, weight, bias=None, stride=1, padding=0):
    return F.conv2d(x, weight, bias, stride, padding)
