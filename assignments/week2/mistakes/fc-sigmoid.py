"""Uses sigmoid instead of ReLU."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "Your hidden layers use the sigmoid. It flattens out on both sides and lets little gradient through: this"
    " task asks for the unit that took its place."
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
        x = torch.sigmoid(self.fc1(x))
        x = torch.sigmoid(self.fc2(x))
        return torch.log_softmax(self.fc3(x), dim=1)
