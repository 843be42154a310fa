"""Pools windows of 3x3."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = (
    "Your pooling takes means over nine pixels. It halves the size just as well, but the task asks for windows of two."
)
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)
        self.pool = nn.AvgPool2d(3, stride=2, padding=1)

    def forward(self, x):
        x = torch.relu(self.norm(x))
        return self.pool(self.conv(x))
