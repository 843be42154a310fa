"""Builds its convolutions without bias."""

import torch
from torch import nn

TASK = "lenet"
FILE = "models.py"
HINT = (
    "Your convolutions have no bias. The number of parameters in the task tells: each feature map has one"
    " number more than its kernel."
)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2, bias=False)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5, bias=False)
        self.conv3 = nn.Conv2d(16, 120, kernel_size=5, bias=False)
        self.pool = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(120, 84)
        self.fc2 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(torch.tanh(self.conv1(x)))
        x = self.pool(torch.tanh(self.conv2(x)))
        x = torch.flatten(torch.tanh(self.conv3(x)), 1)
        x = torch.tanh(self.fc1(x))
        return self.fc2(x)
