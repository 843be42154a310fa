"""Flattens across the images of a batch."""

import torch
from torch import nn

TASK = "mini-resnet"
FILE = "residual.py"
HINT = (
    "For one image your net is right, for several it mixes them: the batch must stay the first"
    " dimension while everything else is flattened."
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
        x = x.reshape(512, -1).t()
        return self.fc(x)
