# my resnet homework
import torch
import torch.nn as nn
import torch.nn.functional as F
import numpy as np

device = "cpu"
print("torch version", torch.__version__)


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.c1 = nn.Conv2d(channels, channels, 3, 1, 1)
        self.c2 = nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, x):
        x_in = x.clone()  # to be safe
        x = self.c1(x)
        x = F.relu(x)
        x = self.c2(x)
        x = x + x_in
        x = F.relu(x)
        # print(x.shape)
        return x


class MiniResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 16, 5)
        self.r1a = nn.Conv2d(16, 16, 3, padding=1)
        self.r1b = nn.Conv2d(16, 16, 3, padding=1)
        self.c2 = nn.Conv2d(16, 32, 5)
        self.r2a = nn.Conv2d(32, 32, 3, padding=1)
        self.r2b = nn.Conv2d(32, 32, 3, padding=1)
        self.l = nn.Linear(4 * 4 * 32, 10)

    def forward(self, x):
        x = self.c1(x)
        x = F.relu(x)
        x = F.max_pool2d(x, 2)
        # first block, written out
        y = self.r1a(x)
        y = F.relu(y)
        y = self.r1b(y)
        x = F.relu(x + y)
        x = self.c2(x)
        x = F.relu(x)
        x = F.max_pool2d(x, 2)
        # second block
        y = self.r2a(x)
        y = F.relu(y)
        y = self.r2b(y)
        x = F.relu(x + y)
        x = x.reshape(x.shape[0], 512)
        return self.l(x)


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.stride = stride
        self.c1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1)
        self.b1 = nn.BatchNorm2d(out_channels)
        self.c2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.b2 = nn.BatchNorm2d(out_channels)
        if in_channels == out_channels and stride == 1:
            pass
        else:
            self.extra = nn.Conv2d(in_channels, out_channels, 1, stride=stride)

    def forward(self, x):
        y = self.c1(x)
        y = self.b1(y)
        y = F.relu(y)
        y = self.c2(y)
        y = self.b2(y)
        if hasattr(self, "extra"):
            x = self.extra(x)
        y = y + x
        y = F.relu(y)
        return y


class ResNet18(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, 64, 7, stride=2, padding=3)
        self.bn = nn.BatchNorm2d(64)
        blocks = []
        channels = [64, 64, 64, 128, 128, 256, 256, 512, 512]
        for i in range(8):
            if channels[i] == channels[i + 1]:
                blocks.append(ResidualBlock(channels[i], channels[i + 1]))
            else:
                blocks.append(ResidualBlock(channels[i], channels[i + 1], 2))
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(512, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.conv(x))), 3, stride=2, padding=1)
        x = self.blocks(x)
        x = torch.mean(x, 3)
        x = torch.mean(x, 2)
        return self.fc(x)


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        self.n = num_convs
        for i in range(num_convs):
            setattr(self, "bn" + str(i), nn.BatchNorm2d(in_channels + i * growth_rate))
            setattr(self, "conv" + str(i), nn.Conv2d(in_channels + i * growth_rate, growth_rate, 3, padding=1))

    def forward(self, x):
        for i in range(self.n):
            bn = getattr(self, "bn" + str(i))
            conv = getattr(self, "conv" + str(i))
            y = conv(F.relu(bn(x)))
            x = torch.cat([x, y], 1)
        return x


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.bn = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        x = self.bn(x)
        x = F.relu(x)
        x = self.conv(x)
        x = F.avg_pool2d(x, 2)
        return x


class DenseNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, growth_rate=32, convs_per_block=(4, 4, 4, 4)):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, 64, 7, stride=2, padding=3)
        self.bn = nn.BatchNorm2d(64)
        self.d = nn.ModuleList([])
        self.t = nn.ModuleList([])
        c = 64
        for i in range(len(convs_per_block)):
            self.d.append(DenseBlock(convs_per_block[i], c, growth_rate))
            c = c + convs_per_block[i] * growth_rate
            if i < len(convs_per_block) - 1:
                self.t.append(TransitionLayer(c, int(c / 2)))
                c = int(c / 2)
        self.bn2 = nn.BatchNorm2d(c)
        self.fc = nn.Linear(c, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn(self.conv(x))), 3, stride=2, padding=1)
        for i in range(len(self.d)):
            x = self.d[i](x)
            if i < len(self.t):
                x = self.t[i](x)
        x = F.relu(self.bn2(x))
        x = torch.mean(x, [2, 3])
        return self.fc(x)


if __name__ == "__main__":
    net = ResNet18()
    print(net(torch.rand(2, 1, 96, 96)).shape)
