"""Uses a learning rate that is far too small."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "Your loss falls, but far too slowly for so few epochs. Print it after each epoch and try rates that"
    " differ by a factor of ten: the best one lies shortly below where training breaks down."
)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0001)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return model
