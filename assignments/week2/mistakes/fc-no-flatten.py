"""Feeds images to the first linear layer without flattening them."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "A linear layer works on the last dimension, which is one row of your image. Make each image one long row"
    " of numbers first, and leave the batch as it is."
)
ALSO = ["permutation-experiment"]


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)
        self.fc3 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return torch.log_softmax(self.fc3(x), dim=1)
