"""Builds two blocks and calls one."""

import torch
from torch import nn

TASK = "mini-resnet"
FILE = "residual.py"
HINT = (
    "A block is built and never called, so its parameters get no gradient. Compare the layers of your"
    " constructor with those in `forward`."
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
        x = self.block1(self.pool(x))
        x = torch.relu(self.conv2(x))
        x = self.pool(x)
        x = torch.flatten(x, 1)
        return self.fc(x)
