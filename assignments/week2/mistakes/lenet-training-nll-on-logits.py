"""Gives logits to a loss that expects log-probabilities."""

import torch
from models import LeNet5
from torch import nn

TASK = "lenet-accuracy"
FILE = "training.py"
HINT = (
    "`nn.NLLLoss` expects log-probabilities, but this net returns logits. The loss can then fall without"
    " bound while the answers get no better: choose the loss that fits the net."
)


def train_lenet(train_loader, epochs, device):
    model = LeNet5().to(device)
    loss_fn = nn.NLLLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(epochs):
        train_epoch(model, train_loader, loss_fn, optimizer, device)
    return model
