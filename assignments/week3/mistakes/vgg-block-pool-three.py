"""Pools with overlapping windows of 3, as AlexNet does."""

from torch import nn

TASK = "vgg-block"
FILE = "models.py"
ALSO = ["vgg11"]
HINT = "Your windows overlap. That was AlexNet; VGG cuts the map into squares that do not."


def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=3, stride=2, padding=1))
    return nn.Sequential(*layers)
