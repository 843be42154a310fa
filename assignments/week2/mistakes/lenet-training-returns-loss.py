"""Returns the loss instead of the network."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = "Your function returns a number. The caller wants the trained network."


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(epochs):
        loss = train_epoch(model, train_loader, loss_fn, optimizer, device)
    return loss
