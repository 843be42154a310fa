"""Drops the last pooling so that 2048 inputs fit."""

import torch
from torch import nn

TASK = "vgg"
FILE = "models.py"
HINT = (
    "You changed the net until the classifier fitted. The layers were right: without the last pooling the"
    " maps are 2x2, and it is the classifier that has the wrong number of inputs."
)


class VGG(nn.Module):
    cfg = (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512)

    def __init__(self):
        super().__init__()
        layers = []
        channels = 3
        for entry in self.cfg:
            if entry == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(channels, entry, kernel_size=3, padding=1), nn.BatchNorm2d(entry), nn.ReLU()]
                channels = entry
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(2048, 10)

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))
