"""Has one convolution for both places."""

import torch
from torch import nn

TASK = "plain-block"
FILE = "residual.py"
HINT = (
    "Your block has half of the parameters that it should have: both places share one convolution."
    " Two layers with the same sizes are still two layers."
)
ALSO = ["mini-resnet", "mini-resnet-accuracy"]


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, kernel_size=3, padding=1)

    def forward(self, x):
        change = self.conv1(torch.relu(self.conv1(x)))
        return torch.relu(x + change)
