"""Starts with all weights zero."""

import torch
from torch import nn

TASK = "mini-resnet-accuracy"
FILE = "residual.py"
HINT = (
    "All your weights start at zero. Then every map is zero, and so is every gradient but that of the"
    " last bias: nothing can ever learn."
)


class MiniResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=5)
        self.block1 = PlainResidualBlock(16)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=5)
        self.block2 = PlainResidualBlock(32)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(32 * 4 * 4, 10)
        for parameter in self.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.block1(self.pool(x))
        x = torch.relu(self.conv2(x))
        x = self.block2(self.pool(x))
        x = torch.flatten(x, 1)
        return self.fc(x)
