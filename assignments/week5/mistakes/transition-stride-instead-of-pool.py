"""Skips pixels instead of averaging them."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = (
    "Your 1x1 convolution takes steps of two, so three pixels of four are never looked at. Averaging"
    " looks at all of them."
)
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=2)

    def forward(self, x):
        x = torch.relu(self.norm(x))
        return self.conv(x)
