"""Leaves out the layer of 84 units."""

import torch
from torch import nn

TASK = "lenet"
FILE = "models.py"
HINT = (
    "Your net goes straight from 120 numbers to 10 classes. Compare its parameters with the number in the"
    " task: a layer is missing."
)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.conv3 = nn.Conv2d(16, 120, kernel_size=5)
        self.pool = nn.AvgPool2d(2)
        self.fc2 = nn.Linear(120, 10)

    def forward(self, x):
        x = self.pool(torch.tanh(self.conv1(x)))
        x = self.pool(torch.tanh(self.conv2(x)))
        x = torch.flatten(torch.tanh(self.conv3(x)), 1)
        return self.fc2(x)
