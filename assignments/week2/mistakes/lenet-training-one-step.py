"""Takes one step per epoch: it trains on the first batch only."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "Each of your epochs ends after its first batch, so the network has seen next to nothing of the data. An"
    " epoch goes through all of it."
)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(epochs):
        x, y = next(iter(train_loader))
        train_epoch(model, [(x, y)], loss_fn, optimizer, device)
    return model
