"""Leaves out the ReLU between the layers."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "Nothing bends between your linear layers. Linear maps in a row are one linear map, so this net can do no"
    " more than a single layer."
)


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)
        self.fc3 = nn.Linear(hidden_size, output_size)

    def forward(self, x):
        x = torch.flatten(x, 1)
        return torch.log_softmax(self.fc3(self.fc2(self.fc1(x))), dim=1)
