"""Applies ReLU to the scores before the log-softmax."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "ReLU belongs between layers. Behind the last one it cuts every negative score to zero, and classes the"
    " net had ruled out come back as equals."
)
ALSO = ["permutation-experiment"]


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)
        self.fc3 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return torch.log_softmax(torch.relu(self.fc3(x)), dim=1)
