"""Gives the stride to the 1x1 convolutions as well."""

from torch import nn

TASK = "nin-block"
FILE = "models.py"
ALSO = ["nin"]
HINT = (
    "Your block shrinks the maps three times over. Only the first convolution steps; the other two visit every place."
)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1, stride=stride),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1, stride=stride),
        nn.ReLU(),
    )
