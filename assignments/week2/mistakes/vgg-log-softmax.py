"""Returns log-probabilities where logits are asked for."""

import torch
from torch import nn

TASK = "vgg"
FILE = "models.py"
HINT = (
    "Your net ends with a log-softmax. Its task asks for logits, and `nn.CrossEntropyLoss` takes the rest upon itself."
)


class VGG(nn.Module):
    cfg = (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M")

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
        self.classifier = nn.Linear(512, 10)

    def forward(self, x):
        return torch.log_softmax(self.classifier(torch.flatten(self.features(x), 1)), dim=1)
