"""Puts ReLU behind every convolution."""

import torch
from torch import nn

TASK = "inception"
FILE = "inception.py"
HINT = (
    "This week's first block has no activations: the handout shows what follows from that. ReLU comes in with"
    " `InceptionV1`."
)
ALSO = ["mini-googlenet", "mini-googlenet-accuracy"]


class Inception(nn.Module):
    def __init__(self, in_channels):
        super().__init__()
        self.path1 = nn.Conv2d(in_channels, 16, kernel_size=1)
        self.path2 = nn.Sequential(
            nn.Conv2d(in_channels, 16, kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(16, 24, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(24, 24, kernel_size=3, padding=1),
            nn.ReLU(),
        )
        self.path3 = nn.Sequential(
            nn.Conv2d(in_channels, 16, kernel_size=1), nn.ReLU(), nn.Conv2d(16, 24, kernel_size=5, padding=2), nn.ReLU()
        )
        self.path4 = nn.Conv2d(in_channels, 24, kernel_size=1)

    def forward(self, x):
        paths = [torch.relu(self.path1(x)), self.path2(x), self.path3(x), torch.relu(self.path4(x))]
        return torch.cat(paths, dim=1)
