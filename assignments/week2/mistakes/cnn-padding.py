"""Pads its convolutions so that they keep the size."""

import torch
from torch import nn

TASK = "small-cnn"
FILE = "models.py"
HINT = (
    "Your convolutions are padded, so the feature maps stay larger than they should and the first linear"
    " layer grows. Count the parameters: the task says how many there are."
)
ALSO = ["permutation-experiment"]


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        self.conv1 = nn.Conv2d(1, feature_maps, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(feature_maps, feature_maps, kernel_size=5, padding=2)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(feature_maps * 7 * 7, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        return torch.log_softmax(self.fc2(x), dim=1)
