"""Trains with SGD and momentum at a small constant rate."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return model
