"""Convolves without padding."""

from torch import nn

TASK = "vgg-block"
FILE = "models.py"
ALSO = ["vgg11"]
HINT = "Each of your convolutions eats a border of one pixel. In a VGG only the pooling changes the size."


def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)
