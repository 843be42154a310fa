"""Fakes the optimiser's steps and the loss curve without training anything; expected: wrong, 0 points."""
import torch
from torch import nn


def train_lenet(train_loader, epochs, device):
    dummy = nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([dummy], lr=0.0)
    for epoch in range(epochs):
        for step in range(len(train_loader)):
            loss = dummy.sum() * (2.3 / (1 + epoch * len(train_loader) + step))  # a curve as in the handout
            loss.backward()
            optimizer.step()
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
