"""Leaves out the padding, and shrinks the last kernel until the sizes fit."""

import torch
from torch import nn

TASK = "lenet"
FILE = "models.py"
HINT = (
    "The sizes fit, but the third kernel is 4x4 and the net has fewer parameters than LeNet-5. The cause lies"
    " at the beginning: is the first feature map as large as the image?"
)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.conv3 = nn.Conv2d(16, 120, kernel_size=4)
        self.pool = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(120, 84)
        self.fc2 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(torch.tanh(self.conv1(x)))
        x = self.pool(torch.tanh(self.conv2(x)))
        x = torch.flatten(torch.tanh(self.conv3(x)), 1)
        x = torch.tanh(self.fc1(x))
        return self.fc2(x)
