"""Averages before the activation."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = "The mean of activated values is not the activation of their mean: your pooling comes before the ReLU."
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        x = torch.relu(self.pool(self.norm(x)))
        return self.conv(x)
