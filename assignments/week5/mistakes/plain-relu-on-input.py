"""Applies ReLU to the input first."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "Behind another ReLU nobody notices, but your block changes negative inputs before it uses or"
    " adds them. The input is to be added as it comes."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        x = torch.relu(x)
        change = self.conv2(torch.relu(self.conv1(x)))
        return torch.relu(x + change)
