import torch
import torch.nn as nn
import torch.nn.functional as F


def conv_block(input_channels, num_channels):
    return nn.Sequential(
        nn.BatchNorm2d(input_channels), nn.ReLU(), nn.Conv2d(input_channels, num_channels, kernel_size=3, padding=1)
    )


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super(DenseBlock, self).__init__()
        layer = []
        for i in range(num_convs):
            layer.append(conv_block(growth_rate * i + in_channels, growth_rate))
        self.net = nn.Sequential(*layer)

    def forward(self, X):
        for blk in self.net:
            Y = blk(X)
            X = torch.cat((X, Y), dim=1)
        return X


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super(TransitionLayer, self).__init__()
        self.bn = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)

    def forward(self, x):
        x = F.relu(self.bn(x))
        x = self.conv(x)
        return F.avg_pool2d(x, 2)


class DenseNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, growth_rate=32, convs_per_block=(4, 4, 4, 4)):
        super(DenseNet, self).__init__()
        a, b, c, d = convs_per_block
        self.conv1 = nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3)
        self.bn1 = nn.BatchNorm2d(64)
        n = 64
        self.dense1 = DenseBlock(a, n, growth_rate)
        n = n + a * growth_rate
        self.trans1 = TransitionLayer(n, n // 2)
        n = n // 2
        self.dense2 = DenseBlock(b, n, growth_rate)
        n = n + b * growth_rate
        self.trans2 = TransitionLayer(n, n // 2)
        n = n // 2
        self.dense3 = DenseBlock(c, n, growth_rate)
        n = n + c * growth_rate
        self.trans3 = TransitionLayer(n, n // 2)
        n = n // 2
        self.dense4 = DenseBlock(d, n, growth_rate)
        n = n + d * growth_rate
        self.bn2 = nn.BatchNorm2d(n)
        self.fc = nn.Linear(n, num_classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.max_pool2d(x, kernel_size=3, stride=2, padding=1)
        x = self.trans1(self.dense1(x))
        x = self.trans2(self.dense2(x))
        x = self.trans3(self.dense3(x))
        x = self.dense4(x)
        x = F.relu(self.bn2(x))
        x = F.adaptive_avg_pool2d(x, (1, 1))
        x = torch.flatten(x, 1)
        return self.fc(x)
