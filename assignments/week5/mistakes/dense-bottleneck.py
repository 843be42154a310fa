"""Puts a 1x1 convolution before each 3x3 one."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = (
    "Your conv blocks have two convolutions. That is the variant with bottlenecks, DenseNet-B in the"
    " paper; the task asks for the simple one."
)
ALSO = ["densenet"]


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        self.blocks = nn.ModuleList()
        for index in range(num_convs):
            channels = in_channels + index * growth_rate
            norm = nn.BatchNorm2d(channels)
            narrow = nn.Sequential(norm, nn.ReLU(), nn.Conv2d(channels, 4 * growth_rate, kernel_size=1))
            wide = nn.Conv2d(4 * growth_rate, growth_rate, kernel_size=3, padding=1)
            self.blocks.append(nn.Sequential(narrow, nn.BatchNorm2d(4 * growth_rate), nn.ReLU(), wide))

    def forward(self, x):
        for block in self.blocks:
            x = torch.cat([x, block(x)], dim=1)
        return x
