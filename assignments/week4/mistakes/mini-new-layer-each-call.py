"""Makes its linear layer anew in every call."""

import torch
from torch import nn

TASK = "mini-googlenet"
FILE = "inception.py"
HINT = (
    "A layer that is made in `forward` starts from random weights each time and is never trained. Layers"
    " belong into the constructor."
)
ALSO = ["mini-googlenet-accuracy"]


class MiniGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.inception1 = Inception(10)
        self.conv2 = nn.Conv2d(88, 20, kernel_size=5)
        self.inception2 = Inception(20)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = torch.relu(self.conv1(x))
        x = self.pool(x)
        x = self.inception1(x)
        x = torch.relu(self.conv2(x))
        x = self.pool(x)
        x = self.inception2(x)
        x = torch.flatten(x, 1)
        return nn.Linear(x.shape[1], 10)(x)
