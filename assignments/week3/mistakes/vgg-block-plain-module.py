"""Gives a module of its own instead of an nn.Sequential."""

from torch import nn

TASK = "vgg-block"
FILE = "models.py"
HINT = (
    "What you return computes the right thing but is not what the signature promises: a caller may want"
    " to look at its layers one by one."
)


class Block(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1))
        layers.append(nn.ReLU())
        in_channels = out_channels
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return Block(layers)
