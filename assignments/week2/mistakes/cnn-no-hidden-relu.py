"""Leaves out the ReLU between the linear layers."""

import torch
from torch import nn

TASK = "small-cnn"
FILE = "models.py"
HINT = (
    "Your two linear layers follow each other with nothing between them. Together they are one linear layer:"
    " what could make the second one worth its weights?"
)


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        self.conv1 = nn.Conv2d(1, feature_maps, kernel_size=5)
        self.conv2 = nn.Conv2d(feature_maps, feature_maps, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(feature_maps * 4 * 4, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = self.fc1(x)
        return torch.log_softmax(self.fc2(x), dim=1)
