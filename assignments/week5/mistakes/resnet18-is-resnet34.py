"""Has the blocks of ResNet-34."""

from torch import nn

TASK = "resnet18"
FILE = "residual.py"
HINT = "You have built ResNet-34: 3, 4, 6 and 3 blocks. The smaller one has two in every stage."


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
            blocks += [ResidualBlock(width, width) for _ in range((2, 3, 5, 2)[stage])]
            channels = width
        self.stages = nn.Sequential(*blocks)
        self.fc = nn.Linear(512, num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.fc(x.mean(dim=(2, 3)))
