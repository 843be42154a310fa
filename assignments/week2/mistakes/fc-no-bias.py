"""Builds its layers without bias."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "Your layers have weights but no bias, so an all-black image scores zero for every class. A linear layer"
    " has both unless it is told otherwise."
)


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size, bias=False)
        self.fc2 = nn.Linear(hidden_size, hidden_size, bias=False)
        self.fc3 = nn.Linear(hidden_size, output_size, bias=False)

    def forward(self, x):
        x = torch.flatten(x, 1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return torch.log_softmax(self.fc3(x), dim=1)
