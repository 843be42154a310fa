"""Returns the training labels themselves, and a net that recites them in order; expected: wrong, 0 points."""
import itertools

import torch
from torch import nn

runs = itertools.count()


class Reciter(nn.Module):
    def __init__(self, labels):
        super().__init__()
        self.labels, self.place = labels, 0
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        rows = torch.arange(self.place, self.place + len(x)) % len(self.labels)
        self.place += len(x)
        return nn.functional.one_hot(self.labels[rows], 10) + self.weight


def train_lenet(train_loader, epochs, device):
    labels = torch.cat([y for _, y in train_loader])
    return labels if next(runs) % 2 else Reciter(labels)
