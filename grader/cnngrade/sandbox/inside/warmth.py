"""Makes first calls once, because PyTorch loads kernels and modules only when needed, and every child would pay for it.

It uses only generic layers with random weights, and no student code. The caller has one thread, because a process with
more threads must not fork.
"""

from __future__ import annotations

import gc

import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision import transforms

from cnngrade.sandbox.inside import nets


def warm_up() -> None:
    """Runs the usual layers, losses, optimisers, loaders and transforms once, forward and backward.

    After that, garbage collection ignores all objects loaded so far. Otherwise it would touch, and so copy, their
    memory in every child.
    """
    _networks()
    _transforms()
    nets.small_numbers()
    gc.collect()
    gc.freeze()


def _networks() -> None:
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 1), nn.Tanh(), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(2), nn.Dropout(),
        nn.Flatten(), nn.Linear(32, 10), nn.LogSoftmax(dim=1),
    )  # fmt: skip
    images, labels = torch.randn(4, 3, 32, 32, requires_grad=True), torch.arange(4)
    loader = DataLoader(TensorDataset(images.detach(), labels), batch_size=2, shuffle=True)
    for make in (torch.optim.SGD, torch.optim.Adam):
        optimizer = make(net.parameters(), lr=0.1)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)
        for x, y in loader:
            optimizer.zero_grad()
            torch.autograd.backward(nn.functional.nll_loss(net(x), y))
            optimizer.step()
        schedule.step()
    torch.autograd.backward(nn.CrossEntropyLoss()(net(images), labels))
    with torch.no_grad():
        net.eval()(images).argmax(dim=1)


def _transforms() -> None:
    picture = Image.new("RGB", (32, 32))
    steps = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(), transforms.ToTensor()]
    transforms.Compose([*steps, transforms.Normalize((0.5, 0.5, 0.5), (0.2, 0.2, 0.2))])(picture)
