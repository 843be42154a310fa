"""Keeps half windows at the border."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = (
    "For maps of odd size yours come out one larger. A pooling drops a last window that does not fit,"
    " unless it is told otherwise."
)
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)
        self.pool = nn.AvgPool2d(2, ceil_mode=True)

    def forward(self, x):
        x = torch.relu(self.norm(x))
        return self.pool(self.conv(x))
