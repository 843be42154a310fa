import torch.nn as nn


class Add(nn.Module):
    def __init__(self, main, shortcut=None):
        super().__init__()
        self.main = main
        self.shortcut = shortcut or nn.Sequential()

    def forward(self, x):
        return self.main(x) + self.shortcut(x)


class PlainResidualBlock(nn.Sequential):
    def __init__(self, channels):
        super().__init__(
            Add(
                nn.Sequential(
                    nn.Conv2d(channels, channels, 3, padding=1),
                    nn.ReLU(inplace=True),
                    nn.Conv2d(channels, channels, 3, padding=1),
                )
            ),
            nn.ReLU(inplace=True),
        )


class MiniResNet(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 16, 5),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            PlainResidualBlock(16),
            nn.Conv2d(16, 32, 5),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            PlainResidualBlock(32),
            nn.Flatten(),
            nn.Linear(512, 10),
        )


class ResidualBlock(nn.Sequential):
    def __init__(self, in_channels, out_channels, stride=1):
        main = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride, 1),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, 1, 1),
            nn.BatchNorm2d(out_channels),
        )
        shortcut = None
        if (in_channels, 1) != (out_channels, stride):
            shortcut = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
        super().__init__(Add(main, shortcut), nn.ReLU(inplace=True))


class ResNet18(nn.Sequential):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__(
            nn.Conv2d(in_channels, 64, 7, 2, 3),
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
            ResidualBlock(64, 64),
            ResidualBlock(64, 64),
            ResidualBlock(64, 128, 2),
            ResidualBlock(128, 128),
            ResidualBlock(128, 256, 2),
            ResidualBlock(256, 256),
            ResidualBlock(256, 512, 2),
            ResidualBlock(512, 512),
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten(),
            nn.Linear(512, num_classes),
        )
