"""Pads the 1x1 convolutions too."""

from torch import nn

TASK = "nin-block"
FILE = "models.py"
ALSO = ["nin"]
HINT = "Your maps grow a border with every 1x1 convolution. A kernel that looks at one place needs no padding."


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1, padding=padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1, padding=padding),
        nn.ReLU(),
    )
