"""Flattens with the size of a 28x28 image, so that images run into each other."""

import torch
from torch import nn

TASK = "cifarnet"
FILE = "models.py"
HINT = (
    "The number of rows that leave your net is not the number of images that entered. `view(-1, ...)` with a"
    " wrong number of features moves the cut between images without complaint: keep the batch dimension as it"
    " is."
)
ALSO = ["cifarnet-accuracy"]


class CifarNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = x.reshape(-1, 16 * 4 * 4)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)
