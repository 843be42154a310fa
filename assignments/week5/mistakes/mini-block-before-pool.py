"""Puts the blocks before the pooling."""

import torch
from torch import nn

TASK = "mini-resnet"
FILE = "residual.py"
HINT = (
    "All your layers are there, but not in the order of the task: your blocks work on maps of twice"
    " the size, before the pooling."
)
ALSO = ["mini-resnet-accuracy"]


class MiniResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5)
        self.block1 = PlainResidualBlock(16)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=5)
        self.block2 = PlainResidualBlock(32)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * 4 * 4, 10)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.pool(self.block1(x))
        x = torch.relu(self.conv2(x))
        x = self.pool(self.block2(x))
        x = torch.flatten(x, 1)
        return self.fc(x)
