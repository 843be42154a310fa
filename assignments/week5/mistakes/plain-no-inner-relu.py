"""Has no ReLU between the convolutions."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = "Two convolutions with nothing in between are one larger convolution. What has to stand between two linear maps?"
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv2(self.conv1(x))
        return torch.relu(x + change)
