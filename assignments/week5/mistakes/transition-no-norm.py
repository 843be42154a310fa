"""Has no batch norm."""

import torch
from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = (
    "Your transition activates without normalising. Papers' short descriptions leave steps out; the"
    " task's list is complete."
)
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        x = torch.relu(x)
        return self.pool(self.conv(x))
