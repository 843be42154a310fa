"""Keeps its blocks in a plain list."""

import torch
from torch import nn

TASK = "mini-googlenet"
FILE = "inception.py"
HINT = (
    "Parameters in a Python list are invisible to `parameters()`, so no optimiser trains them. PyTorch has"
    " lists of its own for modules."
)
ALSO = ["mini-googlenet-accuracy"]


class MiniGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.blocks = [Inception(10), Inception(20)]
        self.conv2 = nn.Conv2d(88, 20, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(88 * 4 * 4, 10)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.pool(x)
        x = self.blocks[0](x)
        x = torch.relu(self.conv2(x))
        x = self.pool(x)
        x = self.blocks[1](x)
        x = torch.flatten(x, 1)
        return self.fc(x)
