"""Rewrites the loader's own labels to one class, so that its accuracy inside is 100 %; expected: wrong, 0 points."""
import torch
from torch import nn


def train_lenet(train_loader, epochs, device):
    for holder in (train_loader, getattr(train_loader, "dataset", None)):
        for name, value in list(getattr(holder, "__dict__", {}).items()):
            if isinstance(value, torch.Tensor) and value.dtype == torch.int64:
                value.zero_()
            if isinstance(value, torch.Tensor) and value.is_floating_point():
                value.mul_(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    nn.init.zeros_(net[1].weight)
    return net
