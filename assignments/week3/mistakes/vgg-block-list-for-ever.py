"""Collects the layers in a default argument, which all calls share."""

from torch import nn

TASK = "vgg-block"
FILE = "models.py"
ALSO = ["vgg11"]
HINT = (
    "Your second block begins with the layers of the first. A default value is made once, when the"
    " function is defined, and kept."
)


def vgg_block(num_convs, in_channels, out_channels, layers=[]):  # noqa: B006
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)
