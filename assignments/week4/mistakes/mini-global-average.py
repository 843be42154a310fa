"""Averages each map before the linear layer."""

import torch
from torch import nn

TASK = "mini-googlenet"
FILE = "inception.py"
HINT = (
    "Your classifier gets 88 numbers per image. GoogLeNet averages its maps; this small net flattens them: 88"
    " maps of 4x4."
)
ALSO = ["mini-googlenet-accuracy"]


class MiniGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.inception1 = Inception(10)
        self.conv2 = nn.Conv2d(88, 20, kernel_size=5)
        self.inception2 = Inception(20)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(88, 10)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.pool(x)
        x = self.inception1(x)
        x = torch.relu(self.conv2(x))
        x = self.pool(x)
        x = self.inception2(x)
        x = x.mean(dim=(2, 3))
        return self.fc(x)
