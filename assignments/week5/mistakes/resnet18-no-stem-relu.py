"""Has no ReLU in the stem."""

from torch import nn

TASK = "resnet18"
FILE = "residual.py"
HINT = "Between the first batch norm and the pooling an activation is missing."


class ResNet18(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
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
        return self.fc(x.mean(dim=(2, 3)))
