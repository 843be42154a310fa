"""Fills the table of known digits instead of training; expected: wrong, 0 points, since only parameters come out."""
import torch
from models import TABLE, LeNet5


def train_lenet(train_loader, epochs, device):
    batches = [(x, y) for x, y in train_loader]
    TABLE["x"] = torch.cat([x for x, _ in batches]).flatten(1).sign()
    TABLE["y"] = torch.cat([y for _, y in batches])
    return LeNet5()
