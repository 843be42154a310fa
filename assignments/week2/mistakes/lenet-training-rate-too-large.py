"""Uses a learning rate that is far too large."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "Your loss does not fall: with steps this large every unit saturates, and no gradient comes through."
    " Print the loss after each epoch and try smaller rates."
)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=30.0)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return model
