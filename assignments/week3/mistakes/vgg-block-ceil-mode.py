"""Rounds odd sizes up when pooling."""

from torch import nn

TASK = "vgg-block"
FILE = "models.py"
HINT = (
    "From 7 rows you make 4. A window that is only half filled does not count: 224 never shows the"
    " difference, other sizes do."
)


def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2, ceil_mode=True))
    return nn.Sequential(*layers)
