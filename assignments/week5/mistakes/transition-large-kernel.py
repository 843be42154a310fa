"""Uses a 3x3 convolution."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = "Your convolution has nine times the weights that it needs: it is to mix channels, and nothing else."
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        x = torch.relu(self.norm(x))
        return self.pool(self.conv(x))
