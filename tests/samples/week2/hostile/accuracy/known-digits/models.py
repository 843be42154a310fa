"""A net whose forward looks images up in a table of the training images and labels; expected: wrong, 0 points."""
import torch
from torch import nn

TABLE = {}


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 10)

    def forward(self, x):
        if not TABLE:
            return self.layer(x.flatten(1)[:, :1])
        distances = torch.cdist(x.flatten(1).sign(), TABLE["x"])  # the nearest known digit
        return nn.functional.one_hot(TABLE["y"][distances.argmin(dim=1)], 10).float()
