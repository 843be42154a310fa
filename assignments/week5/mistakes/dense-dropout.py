"""Drops maps in train mode."""

import torch
from torch import nn

TASK = "dense-block"
FILE = "densenet.py"
HINT = (
    "In train mode your block answers differently every time. The paper uses dropout for small data"
    " sets; the task does not."
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
            x = torch.cat([x, nn.functional.dropout(block(x), 0.2, self.training)], dim=1)
        return x
