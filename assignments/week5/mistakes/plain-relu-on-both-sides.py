"""Applies ReLU before and after the addition."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "There is a ReLU too many: the change that your block adds is never negative, so it can only make its input larger."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        return torch.relu(x + torch.relu(change))
