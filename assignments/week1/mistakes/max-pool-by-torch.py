"""Calls PyTorch's max-pooling."""

import torch.nn.functional as F

TASK = "pooling"
FILE = "layers.py"
HINT = "Right, but it is PyTorch's layer that does the work. This week you write it yourself."


def max_pool2d(x, kernel_size, stride=None):
    return F.max_pool2d(x, kernel_size, stride)
