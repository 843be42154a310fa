from torch import nn


class Net(nn.Module):
    """Anything that is one nn.Sequential."""

    def __init__(self, *layers):
        super().__init__()
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


class FullyConnected(Net):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__(
            nn.Flatten(),
            nn.Linear(input_size, hidden_size),
            nn.ReLU(),
            nn.Linear(hidden_size, hidden_size),
            nn.ReLU(),
            nn.Linear(hidden_size, output_size),
            nn.LogSoftmax(dim=1),
        )


class SmallCNN(Net):
    def __init__(self, feature_maps=6):
        super().__init__(
            nn.Conv2d(1, feature_maps, 5),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(feature_maps, feature_maps, 5),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2, 2),
            nn.Flatten(),
            nn.Linear(16 * feature_maps, 50),
            nn.ReLU(inplace=True),
            nn.Linear(50, 10),
            nn.LogSoftmax(-1),
        )


class LeNet5(Net):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(),
            nn.Linear(120, 84), nn.Tanh(),
            nn.Linear(84, 10),
        )  # fmt: skip


class CifarNet(Net):
    def __init__(self):
        super().__init__(
            nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(),
            nn.Linear(120, 84), nn.ReLU(),
            nn.Linear(84, 10),
        )  # fmt: skip


def conv(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(inplace=True))


class VGG(Net):
    def __init__(self):
        super().__init__(
            conv(3, 64), nn.MaxPool2d(2),
            conv(64, 128), nn.MaxPool2d(2),
            conv(128, 256), conv(256, 256), nn.MaxPool2d(2),
            conv(256, 512), conv(512, 512), nn.MaxPool2d(2),
            conv(512, 512), conv(512, 512), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(512, 10),
        )  # fmt: skip
