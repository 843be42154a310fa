"""Loses the batch dimension of a single image."""

import torch
from torch import nn

TASK = "mini-resnet"
FILE = "residual.py"
HINT = (
    "For a single image your output has one dimension too few. A batch of one is a batch, too: say"
    " which dimensions you flatten or remove."
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
        x = self.block2(self.pool(x))
        x = torch.flatten(x, 1).squeeze()
        return self.fc(x)
