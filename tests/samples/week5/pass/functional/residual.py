import math

import torch
import torch.nn.functional as F
from torch import nn


def weight(*shape):
    w = torch.empty(*shape)
    nn.init.kaiming_uniform_(w, a=math.sqrt(5))
    return nn.Parameter(w)


class Normed(nn.Module):
    """Scale, shift and running statistics; the work is done by F.batch_norm."""

    def __init__(self, n):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(n))
        self.shift = nn.Parameter(torch.zeros(n))
        self.register_buffer("mean", torch.zeros(n))
        self.register_buffer("var", torch.ones(n))

    def forward(self, x):
        return F.batch_norm(x, self.mean, self.var, self.scale, self.shift, self.training)


class PlainResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.w1 = weight(channels, channels, 3, 3)
        self.b1 = nn.Parameter(torch.zeros(channels))
        self.w2 = weight(channels, channels, 3, 3)
        self.b2 = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        y = F.conv2d(x, self.w1, self.b1, padding=1).relu()
        y = F.conv2d(y, self.w2, self.b2, padding=1)
        return (y + x).relu()


class MiniResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1, self.b1 = weight(16, 1, 5, 5), nn.Parameter(torch.zeros(16))
        self.w2, self.b2 = weight(32, 16, 5, 5), nn.Parameter(torch.zeros(32))
        self.first, self.second = PlainResidualBlock(16), PlainResidualBlock(32)
        self.w3, self.b3 = weight(10, 512), nn.Parameter(torch.zeros(10))

    def forward(self, x):
        x = F.max_pool2d(F.conv2d(x, self.w1, self.b1).relu(), 2)
        x = self.first(x)
        x = F.max_pool2d(F.conv2d(x, self.w2, self.b2).relu(), 2)
        x = self.second(x)
        return F.linear(x.flatten(1), self.w3, self.b3)


class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        self.w1 = weight(out_channels, in_channels, 3, 3)
        self.w2 = weight(out_channels, out_channels, 3, 3)
        # Biases nobody needs: batch norm takes them out, but they do no harm.
        self.b1 = nn.Parameter(torch.zeros(out_channels))
        self.b2 = nn.Parameter(torch.zeros(out_channels))
        self.n1, self.n2 = Normed(out_channels), Normed(out_channels)
        self.projects = stride != 1 or in_channels != out_channels
        if self.projects:
            self.w3 = weight(out_channels, in_channels, 1, 1)
            self.b3 = nn.Parameter(torch.zeros(out_channels))

    def forward(self, x):
        y = self.n1(F.conv2d(x, self.w1, self.b1, self.stride, 1)).relu()
        y = self.n2(F.conv2d(y, self.w2, self.b2, 1, 1))
        if self.projects:
            x = F.conv2d(x, self.w3, bias=self.b3, stride=self.stride)
        return (x + y).relu()


class ResNet18(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.w = weight(64, in_channels, 7, 7)
        self.n = Normed(64)
        widths = [64, 64, 64, 128, 128, 256, 256, 512, 512]
        self.blocks = nn.ModuleList(
            ResidualBlock(a, b, 1 if a == b else 2) for a, b in zip(widths[:-1], widths[1:])
        )
        self.fc_w, self.fc_b = weight(num_classes, 512), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        x = self.n(F.conv2d(x, self.w, stride=2, padding=3)).relu()
        x = F.max_pool2d(x, 3, 2, 1)
        for block in self.blocks:
            x = block(x)
        return F.linear(x.flatten(2).mean(-1), self.fc_w, self.fc_b)
