"""Takes the log-softmax over the batch instead of the classes."""

import torch
from torch import nn

TASK = "fully-connected"
FILE = "models.py"
HINT = (
    "The probabilities of one class over all images add up to one; those of one image should. Have a look at"
    " which dimension holds the classes: an image's answer must not depend on who shares its batch."
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
        return torch.log_softmax(self.fc3(x), dim=0)
