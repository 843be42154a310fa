"""Has no batch norm."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = "Your conv blocks have no batch norm, though the maps they read come from many layers on many scales."
ALSO = ["densenet"]


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        self.blocks = nn.ModuleList()
        for index in range(num_convs):
            channels = in_channels + index * growth_rate
            conv = nn.Conv2d(channels, growth_rate, kernel_size=3, padding=1)
            self.blocks.append(nn.Sequential(nn.ReLU(), conv))

    def forward(self, x):
        for block in self.blocks:
            x = torch.cat([x, block(x)], dim=1)
        return x
