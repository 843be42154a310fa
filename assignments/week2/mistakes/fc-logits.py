"""Returns logits where log-probabilities are asked for."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "Your rows are raw scores. The last step of this net turns them into logarithms of probabilities, so that"
    " the exponentials of a row add up to one."
)


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
        return self.fc3(x)
