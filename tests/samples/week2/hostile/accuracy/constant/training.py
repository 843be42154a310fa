"""Returns a net that always gives the commonest class; expected: wrong, 0 points."""
import torch
from torch import nn


class Constant(nn.Module):
    def __init__(self, answer):
        super().__init__()
        self.bias = nn.Parameter(nn.functional.one_hot(answer, 10).float())

    def forward(self, x):
        return self.bias.expand(len(x), 10)


def train_lenet(train_loader, epochs, device):
    labels = torch.cat([y for _, y in train_loader])
    return Constant(labels.bincount(minlength=10).argmax())
