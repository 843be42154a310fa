"""Takes its arguments in another order."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = "By name your arguments are right, by position they are not: the number of convolutions comes first."
ALSO = ["densenet"]


class DenseBlock(nn.Module):
    def __init__(self, in_channels, growth_rate, num_convs):
        super().__init__()
        self.blocks = nn.ModuleList()
        for index in range(num_convs):
            channels = in_channels + index * growth_rate
            norm, conv = nn.BatchNorm2d(channels), nn.Conv2d(channels, growth_rate, kernel_size=3, padding=1)
            self.blocks.append(nn.Sequential(norm, nn.ReLU(), conv))

    def forward(self, x):
        for block in self.blocks:
            x = torch.cat([x, block(x)], dim=1)
        return x
