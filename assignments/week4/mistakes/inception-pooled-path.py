"""Averages the input of the fourth path, as a well-known tutorial does."""

import torch
from torch import nn
from torch.nn import functional as F

TASK = "inception"
FILE = "inception.py"
HINT = (
    "Your fourth path pools before its 1x1 convolution. Tutorials have that variant; in this block the fourth"
    " path is a convolution and nothing else."
)
ALSO = ["mini-googlenet", "mini-googlenet-accuracy"]


class Inception(nn.Module):
    def __init__(self, in_channels):
        super().__init__()
        self.path1 = nn.Conv2d(in_channels, 16, kernel_size=1)
        self.path2 = nn.Sequential(
            nn.Conv2d(in_channels, 16, kernel_size=1),
            nn.Conv2d(16, 24, kernel_size=3, padding=1),
            nn.Conv2d(24, 24, kernel_size=3, padding=1),
        )
        self.path3 = nn.Sequential(
            nn.Conv2d(in_channels, 16, kernel_size=1), nn.Conv2d(16, 24, kernel_size=5, padding=2)
        )
        self.path4 = nn.Conv2d(in_channels, 24, kernel_size=1)

    def forward(self, x):
        paths = [self.path1(x), self.path2(x), self.path3(x), self.path4(F.avg_pool2d(x, 3, stride=1, padding=1))]
        return torch.cat(paths, dim=1)
