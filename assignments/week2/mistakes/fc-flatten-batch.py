"""Flattens the batch along with the image."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "You flattened everything, the batch included, so all images became one. The first dimension is the batch: keep it."
)
ALSO = ["permutation-experiment"]


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)
        self.fc3 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        x = torch.flatten(x)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return torch.log_softmax(self.fc3(x), dim=-1)
