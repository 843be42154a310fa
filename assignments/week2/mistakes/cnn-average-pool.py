"""Average-pools instead of max-pooling."""

import torch
from torch import nn

TASK = "small-cnn"
FILE = "models.py"
HINT = (
    "Your pooling takes the mean of each window. This net keeps the strongest response: it asks whether a"
    " pattern is there, and not how much of it there is on average."
)


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        self.conv1 = nn.Conv2d(1, feature_maps, kernel_size=5)
        self.conv2 = nn.Conv2d(feature_maps, feature_maps, kernel_size=5)
        self.pool = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(feature_maps * 4 * 4, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        return torch.log_softmax(self.fc2(x), dim=1)
