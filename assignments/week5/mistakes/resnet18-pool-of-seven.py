"""Averages windows of 7x7 instead of the whole map."""

from torch import nn

TASK = "resnet18"
FILE = "residual.py"
HINT = (
    "Your net works for images of 224x224 only, where the last maps have 7x7 pixels. A global pool"
    " takes whatever is left."
)


class ResNet18(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        blocks = []
        channels = 64
        for stage, width in enumerate((64, 128, 256, 512)):
            blocks.append(ResidualBlock(channels, width, stride=1 if stage == 0 else 2))
            blocks.append(ResidualBlock(width, width))
            channels = width
        self.stages = nn.Sequential(*blocks)
        self.fc = nn.Linear(512, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.fc(nn.functional.avg_pool2d(x, 7).flatten(1))
