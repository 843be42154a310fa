import torch.nn as nn
import torch.nn.functional as F


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.a = nn.LazyConv2d(channels, 3, padding="same")
        self.b = nn.LazyConv2d(channels, 3, padding="same")

    def forward(self, x):
        return F.relu(self.b(F.relu(self.a(x))).add_(x))


class MiniResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(16, 5), nn.ReLU(), nn.MaxPool2d(2), PlainResidualBlock(16),
            nn.LazyConv2d(32, 5), nn.ReLU(), nn.MaxPool2d(2), PlainResidualBlock(32),
            nn.Flatten(), nn.LazyLinear(10),
        )  # fmt: skip

    def forward(self, x):
        return self.net(x)


class ResidualBlock(nn.Module):
    """D2L style; whether a projection is needed is the caller's knowledge there, and ours here."""

    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.LazyConv2d(out_channels, kernel_size=3, padding=1, stride=stride)
        self.conv2 = nn.LazyConv2d(out_channels, kernel_size=3, padding=1)
        use_1x1conv = stride > 1 or in_channels != out_channels
        self.conv3 = nn.LazyConv2d(out_channels, kernel_size=1, stride=stride) if use_1x1conv else None
        self.bn1 = nn.LazyBatchNorm2d()
        self.bn2 = nn.LazyBatchNorm2d()

    def forward(self, X):
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        Y += X
        return F.relu(Y)


class ResNet18(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, arch=((2, 64), (2, 128), (2, 256), (2, 512))):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(64, kernel_size=7, stride=2, padding=3),
            nn.LazyBatchNorm2d(),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        before = 64
        for i, (num_residuals, channels) in enumerate(arch):
            for j in range(num_residuals):
                self.net.append(ResidualBlock(before, channels, 2 if i and j == 0 else 1))
                before = channels
        self.net.append(nn.AdaptiveAvgPool2d((1, 1)))
        self.net.append(nn.Flatten())
        self.net.append(nn.LazyLinear(num_classes))

    def forward(self, x):
        return self.net(x)
