"""Cuts the gradient of the shortcut."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "Your outputs are right and your gradients are not: on the way back nothing flows through the"
    " addition. The point of a shortcut is that the gradient can take it too."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        return torch.relu(x.detach() + change)
