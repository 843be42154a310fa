"""Trains the model and does not return it."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "Your function trains a network and then forgets it: it returns None. What happens to the network when"
    " the function ends?"
)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
