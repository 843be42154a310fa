"""Gives the second convolution 6 maps instead of 16."""

import torch
from torch import nn

TASK = "lenet"
FILE = "models.py"
HINT = (
    "Your second convolution has as many maps as the first. LeNet widens as the maps get smaller: have"
    " another look at the numbers in the task."
)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 6, kernel_size=5)
        self.conv3 = nn.Conv2d(6, 120, kernel_size=5)
        self.pool = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(120, 84)
        self.fc2 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(torch.tanh(self.conv1(x)))
        x = self.pool(torch.tanh(self.conv2(x)))
        x = torch.flatten(torch.tanh(self.conv3(x)), 1)
        x = torch.tanh(self.fc1(x))
        return self.fc2(x)
