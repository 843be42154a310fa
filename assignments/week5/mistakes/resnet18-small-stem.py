"""Begins with a 3x3 convolution and no pooling, as for CIFAR."""

from torch import nn

TASK = "resnet18"
FILE = "residual.py"
HINT = (
    "Your net starts with a 3x3 convolution and keeps the size. That is the usual stem for 32x32"
    " pictures; the one of the task is larger and shrinks the image to a quarter."
)


class ResNet18(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=3, padding=1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
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
        return self.fc(x.mean(dim=(2, 3)))
