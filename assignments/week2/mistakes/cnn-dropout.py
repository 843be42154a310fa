"""Adds a dropout layer that nobody asked for."""

import torch
from torch import nn

TASK = "small-cnn"
FILE = "models.py"
HINT = (
    "In train mode your net answers differently each time it sees the same image. Dropout is a good idea for"
    " large nets, but this one is to be built as described."
)


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        self.conv1 = nn.Conv2d(1, feature_maps, kernel_size=5)
        self.conv2 = nn.Conv2d(feature_maps, feature_maps, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(feature_maps * 4 * 4, 50)
        self.fc2 = nn.Linear(50, 10)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        return torch.log_softmax(self.fc2(self.dropout(x)), dim=1)
