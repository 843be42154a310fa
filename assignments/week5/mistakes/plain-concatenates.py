"""Concatenates input and change."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "Your block returns twice as many channels as it is given. Putting things behind each other is"
    " this week's other idea; here they are added."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        return torch.relu(torch.cat([x, change], dim=1))
