"""Keeps no running statistics."""

import torch
from torch import nn

TASK = "residual-block"
FILE = "residual.py"
HINT = (
    "In eval mode your batch norms still use the mean and variance of the batch, so the answer to one"
    " image depends on the others. Batch norm has a memory; let it keep one."
)
ALSO = ["resnet18"]


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1)
        self.norm1 = nn.BatchNorm2d(out_channels, track_running_stats=False)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1)
        self.norm2 = nn.BatchNorm2d(out_channels, track_running_stats=False)
        self.shortcut = nn.Identity()
        if in_channels != out_channels or stride != 1:
            self.shortcut = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride)

    def forward(self, x):
        change = torch.relu(self.norm1(self.conv1(x)))
        change = self.norm2(self.conv2(change))
        return torch.relu(self.shortcut(x) + change)
