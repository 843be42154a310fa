"""Trains with Adam at half its usual rate."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return model
