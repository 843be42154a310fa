"""Returns the new maps without the input."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = "Your block keeps what it has made and drops what it was given. The input belongs to the output, too."
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
        given = x.shape[1]
        for block in self.blocks:
            x = torch.cat([x, block(x)], dim=1)
        return x[:, given:]
