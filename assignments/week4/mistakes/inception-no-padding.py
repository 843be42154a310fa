"""Forgets the padding of the 5x5 convolution."""

import torch
from torch import nn

TASK = "inception"
FILE = "inception.py"
HINT = (
    "Outputs can be concatenated only if their heights and widths agree. A kernel of size K needs how much"
    " padding to keep them? Do the sum for each path."
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
        self.path3 = nn.Sequential(nn.Conv2d(in_channels, 16, kernel_size=1), nn.Conv2d(16, 24, kernel_size=5))
        self.path4 = nn.Conv2d(in_channels, 24, kernel_size=1)

    def forward(self, x):
        paths = [self.path1(x), self.path2(x), self.path3(x), self.path4(x)]
        return torch.cat(paths, dim=1)
