"""Adds into the input instead of making a new sum."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "Your block writes into the tensor that it is given. Whoever gave it may still need it, and"
    " autograd does, too. Make a new tensor for the sum."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        x += change
        return torch.relu(x)
