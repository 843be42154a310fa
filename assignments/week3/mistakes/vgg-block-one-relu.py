"""Has one ReLU, behind the last convolution."""

from torch import nn

TASK = "vgg-block"
FILE = "models.py"
ALSO = ["vgg11"]
HINT = "Between your convolutions nothing bends: several in a row are then one convolution with a larger kernel."


def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
        in_channels = out_channels
    layers.append(nn.ReLU())
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)
