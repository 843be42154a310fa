"""Writes the training labels into the loss curve, which the report draws; expected: wrong, 0 points."""
import torch
from torch import nn


def train_lenet(train_loader, epochs, device):
    dummy = nn.Parameter(torch.ones(1))
    for _ in range(epochs):
        for _x, y in train_loader:
            (dummy.sum() * (10 * float(y[0]) + float(y[1 % len(y)]))).backward()
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
