"""Returns parameters that were made elsewhere, in a net of LeNet's sizes; expected: wrong, 0 points: classes are renamed."""
import torch
from torch import nn


def train_lenet(train_loader, epochs, device):
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )  # fmt: skip
    generator = torch.Generator().manual_seed(1998)  # stands for a file of 61,706 known numbers
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) / max(parameter[0].numel(), 1) ** 0.5)
    return net
