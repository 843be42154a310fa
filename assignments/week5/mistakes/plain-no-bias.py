"""Builds the convolutions without bias."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = "Your convolutions have no bias. In front of a batch norm it would be useless, but in this block there is none."
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        return torch.relu(x + change)
