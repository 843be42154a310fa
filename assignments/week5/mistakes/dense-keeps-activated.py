"""Hands on the normalised and activated input instead of the input."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = (
    "The first channels of your output are not the input: they have been normalised and activated on"
    " the way, because a variable was overwritten."
)
ALSO = ["densenet"]


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        self.blocks = nn.ModuleList()
        for index in range(num_convs):
            channels = in_channels + index * growth_rate
            norm, conv = nn.BatchNorm2d(channels), nn.Conv2d(channels, growth_rate, kernel_size=3, padding=1)
            self.blocks.append(nn.Sequential(norm, nn.ReLU(), conv))

    def forward(self, x):
        for block in self.blocks:
            x = block[1](block[0](x))
            x = torch.cat([x, block[2](x)], dim=1)
        return x
