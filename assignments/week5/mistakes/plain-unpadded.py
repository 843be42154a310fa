"""Uses convolutions without padding and crops the shortcut."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "Your block returns smaller maps than it is given. A 3x3 convolution eats two pixels unless"
    " something is put back at the border."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3)
        self.conv2 = nn.Conv2d(channels, channels, kernel_size=3)

    def forward(self, x):
        change = self.conv2(torch.relu(self.conv1(x)))
        return torch.relu(x[:, :, 2:-2, 2:-2] + change)
