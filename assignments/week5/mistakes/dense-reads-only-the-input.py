"""Lets every conv block read the block's input only."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = (
    "All your convolutions look at the block's input, none at what the ones before it have made. That"
    " is a wide layer, and no dense block."
)
ALSO = ["densenet"]


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        self.blocks = nn.ModuleList()
        for _ in range(num_convs):
            channels = in_channels
            norm, conv = nn.BatchNorm2d(channels), nn.Conv2d(channels, growth_rate, kernel_size=3, padding=1)
            self.blocks.append(nn.Sequential(norm, nn.ReLU(), conv))

    def forward(self, x):
        maps = [x]
        for block in self.blocks:
            maps.append(block(x))
        return torch.cat(maps, dim=1)
