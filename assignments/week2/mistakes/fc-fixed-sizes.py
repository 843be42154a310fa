"""Writes 784, 8 and 10 instead of using the arguments."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "Your net has the same sizes whatever the constructor is told. Build the layers from the arguments; the"
    " numbers are only their defaults."
)


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.fc1 = nn.Linear(784, 8)
        self.fc2 = nn.Linear(8, 8)
        self.fc3 = nn.Linear(8, 10)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return torch.log_softmax(self.fc3(x), dim=1)
