"""Reserves a square output."""

from torch import nn

TASK = "inception"
FILE = "inception.py"
HINT = "Height and width of an image need not agree. Where you reserve the output you use one of them twice."


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
            nn.Conv2d(in_channels, 16, kernel_size=1),
            nn.Conv2d(16, 24, kernel_size=5, padding=2),
        )
        self.path4 = nn.Conv2d(in_channels, 24, kernel_size=1)

    def forward(self, x):
        n, _, h, _ = x.shape
        out = x.new_zeros(n, 88, h, h)
        start = 0
        for path in (self.path1, self.path2, self.path3, self.path4):
            y = path(x)
            out[:, start : start + y.shape[1]] = y
            start += y.shape[1]
        return out
