"""Leaves out the second Inception block."""

import torch
from torch import nn

TASK = "mini-googlenet"
FILE = "inception.py"
HINT = "Your classifier reads the second pool directly. Both halves of the net end with a block."
ALSO = ["mini-googlenet-accuracy"]


class MiniGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.inception1 = Inception(10)
        self.conv2 = nn.Conv2d(88, 20, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(20 * 4 * 4, 10)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.pool(x)
        x = self.inception1(x)
        x = torch.relu(self.conv2(x))
        x = self.pool(x)
        x = torch.flatten(x, 1)
        return self.fc(x)
