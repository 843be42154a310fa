"""Applies the last ReLU before the addition instead of after it."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "A branch behind a ReLU can only ever add something positive to the input, never take anything"
    " away. Look at the order: which comes first, the addition or the last ReLU?"
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        return x + torch.relu(change)
