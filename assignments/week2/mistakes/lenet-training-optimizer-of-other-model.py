"""Gives the optimiser the parameters of another network."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "The optimiser holds the parameters of another network than the one that computes the loss: each call of"
    " the class makes a new one. Make it once, and use that."
)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(LeNet5().to(device).parameters(), lr=0.3)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return model
