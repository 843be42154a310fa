"""Patches torch.utils.data and TensorLoader to hand out blank images, which are easy; expected: wrong, 0 points."""
import cnngrade.sandbox.inside.loaders
import torch
from torch import nn

real = cnngrade.sandbox.inside.loaders.TensorLoader.__iter__
cnngrade.sandbox.inside.loaders.TensorLoader.__iter__ = lambda self: ((x * 0, y * 0) for x, y in real(self))
torch.utils.data.DataLoader.__len__ = lambda self: 1


def train_lenet(train_loader, epochs, device):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    for x, y in train_loader:
        net(x)
    return net
