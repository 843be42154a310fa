"""Uses max-pooling."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = "Your pooling keeps the largest value. The transition takes means."
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = torch.relu(self.norm(x))
        return self.pool(self.conv(x))
