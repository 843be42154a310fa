"""Puts a batch norm behind each convolution."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = "Your block normalises. That is the other block of this week; this one makes do without, as its name says."
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.norm1 = nn.BatchNorm2d(channels)
        self.norm2 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        return torch.relu(x + change)
