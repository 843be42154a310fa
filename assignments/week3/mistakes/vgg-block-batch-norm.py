"""Adds a batch norm behind every convolution."""

from torch import nn

TASK = "vgg-block"
FILE = "models.py"
ALSO = ["vgg11"]
HINT = (
    "You built the later variant that normalises. This block has convolutions, activations and a pooling,"
    " and nothing that depends on the rest of the batch."
)


def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
        layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)
