"""Puts the new maps before the old ones."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = "The right maps are there, in another order: the old ones come first, and what is new goes behind them."
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
            x = torch.cat([block(x), x], dim=1)
        return x
