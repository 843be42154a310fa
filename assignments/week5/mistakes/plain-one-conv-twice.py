"""Calls the first convolution twice."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "One of your two convolutions never gets a gradient, because it is never called. Read the names"
    " in `forward` once more."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv1(torch.relu(self.conv1(x)))
        return torch.relu(x + change)
