"""Returns probabilities."""

import torch
from torch import nn

TASK = "densenet"
FILE = "densenet.py"
HINT = "Your rows add up to one. The task asks for logits."


class DenseNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, growth_rate=32, convs_per_block=(4, 4, 4, 4)):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        layers = []
        channels = 64
        for index, num_convs in enumerate(convs_per_block):
            if index > 0:
                layers.append(TransitionLayer(channels, channels // 2))
                channels //= 2
            layers.append(DenseBlock(num_convs, channels, growth_rate))
            channels += num_convs * growth_rate
        self.layers = nn.Sequential(*layers)
        self.norm = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, num_classes)

    def forward(self, x):
        x = self.layers(self.stem(x))
        x = torch.relu(self.norm(x))
        return torch.softmax(self.fc(x.mean(dim=(2, 3))), dim=1)
