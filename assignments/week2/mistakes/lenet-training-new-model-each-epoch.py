"""Starts with a new network in every epoch."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "Your network is made anew in each epoch, so what the earlier ones learned is lost. Only what is repeated"
    " belongs into the loop."
)


def train_lenet(train_loader, epochs, device):
    loss_fn = nn.CrossEntropyLoss()
    for _ in range(epochs):
        model = LeNet5().to(device)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return model
