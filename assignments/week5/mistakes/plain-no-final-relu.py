"""Returns the sum without ReLU."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = "Your block's output can be negative. The block of the task ends with one more step, after the addition."
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        return x + change
