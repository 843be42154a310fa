"""Calls F.dropout without saying in which mode the net is."""

import torch.nn.functional as F
from torch import nn

TASK = "alexnet"
FILE = "models.py"
HINT = (
    "Your net drops units in eval mode too. The function knows nothing of the mode unless it is told; its"
    " default is to drop."
)


class AlexNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 96, kernel_size=11, stride=4, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(96, 256, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(256, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(256 * 5 * 5, 4096),
            nn.Linear(4096, 4096),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        x = self.features(x).flatten(1)
        x = F.dropout(self.classifier[0](x).relu(), 0.5)
        x = F.dropout(self.classifier[1](x).relu(), 0.5)
        return self.classifier[2](x)
