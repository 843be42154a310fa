"""Projects the input without its last odd row and column."""

import torch
from torch import nn

TASK = "residual-block"
FILE = "residual.py"
HINT = (
    "For maps of even size your block is right; for 7x5 its two paths have different sizes. Which"
    " pixels does a convolution with stride 2 and padding 1 stop at?"
)
ALSO = ["resnet18"]


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Identity()
        if in_channels != out_channels or stride != 1:
            self.shortcut = nn.Conv2d(in_channels, out_channels, kernel_size=1, stride=stride)

    def forward(self, x):
        change = torch.relu(self.norm1(self.conv1(x)))
        change = self.norm2(self.conv2(change))
        stride = self.conv1.stride[0]
        height, width = x.shape[2] // stride * stride, x.shape[3] // stride * stride
        return torch.relu(self.shortcut(x[:, :, :height, :width]) + change)
