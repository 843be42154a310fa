"""Writes 6 instead of using `feature_maps`."""

import torch
from torch import nn

TASK = "small-cnn"
FILE = "models.py"
HINT = (
    "Your convolutions have six maps whatever `feature_maps` says. Every size that depends on the number of"
    " maps has to follow it, the first linear layer's too."
)


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 6, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(6 * 4 * 4, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        return torch.log_softmax(self.fc2(x), dim=1)
