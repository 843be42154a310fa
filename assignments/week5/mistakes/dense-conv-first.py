"""Normalises and activates behind the convolution."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = (
    "Your conv blocks are convolution, norm, ReLU. Here the order is turned around: normalise and"
    " activate what comes in, and hand on the convolution as it is."
)
ALSO = ["densenet"]


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        self.blocks = nn.ModuleList()
        for index in range(num_convs):
            channels = in_channels + index * growth_rate
            norm, conv = nn.BatchNorm2d(growth_rate), nn.Conv2d(channels, growth_rate, kernel_size=3, padding=1)
            self.blocks.append(nn.Sequential(conv, norm, nn.ReLU()))

    def forward(self, x):
        for block in self.blocks:
            x = torch.cat([x, block(x)], dim=1)
        return x
