"""Trains one network and returns another."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "The network that you return has never been trained. Compare it with the one whose parameters the optimiser holds."
)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return LeNet5().to(device)
