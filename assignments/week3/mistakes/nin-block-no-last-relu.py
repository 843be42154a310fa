"""Leaves out the last ReLU."""

from torch import nn

TASK = "nin-block"
FILE = "models.py"
ALSO = ["nin"]
HINT = "Your block can give negative numbers. Each of its three convolutions has an activation, the last one too."


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
    )
