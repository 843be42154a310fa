"""Adds the output of the first convolution instead of the input."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "What your block adds is not its input: a variable was overwritten on the way. Keep the input"
    " under a name of its own."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        change = self.conv2(x)
        return torch.relu(x + change)
