"""Keeps the blocks in a Python list."""

import torch
from torch import nn

TASK = "mini-resnet"
FILE = "residual.py"
HINT = (
    "Your net does not know that it has blocks: their parameters are missing from `parameters()`, so"
    " no optimiser would train them. A plain Python list hides modules; PyTorch has a list of its own."
)
ALSO = ["mini-resnet-accuracy"]


class MiniResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5)
        self.blocks = [PlainResidualBlock(16), PlainResidualBlock(32)]
        self.conv2 = nn.Conv2d(16, 32, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * 4 * 4, 10)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.blocks[0](self.pool(x))
        x = torch.relu(self.conv2(x))
        x = self.blocks[1](self.pool(x))
        x = torch.flatten(x, 1)
        return self.fc(x)
