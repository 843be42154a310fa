"""Calls PyTorch's average-pooling."""

from torch import nn

TASK = "pooling"
FILE = "layers.py"
HINT = "Right, but it is PyTorch's layer that does the work. This week you write it yourself."


def avg_pool2d(x, kernel_size, stride=None):
    return nn.AvgPool2d(kernel_size, stride)(x)
