"""Normalises and activates behind the convolution."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = "Your order is convolution, norm, ReLU, pool. In this net the norm and the ReLU come first."
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(out_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        x = torch.relu(self.norm(self.conv(x)))
        return self.pool(x)
