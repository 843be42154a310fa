"""Bare parameters and torch.nn.functional; the modules only keep what is trained."""

import torch
import torch.nn.functional as F
from torch import nn


def parameter(*shape):
    fan_in = torch.Size(shape[1:]).numel()
    return nn.Parameter(torch.empty(shape).uniform_(-1, 1).div_(fan_in**0.5))


class Weights(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.w = parameter(*shape)
        self.b = nn.Parameter(torch.zeros(shape[0]))


class AlexNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        shapes = [(96, in_channels, 11, 11), (256, 96, 5, 5), (384, 256, 3, 3), (384, 384, 3, 3), (256, 384, 3, 3)]
        shapes += [(4096, 6400), (4096, 4096), (num_classes, 4096)]
        self.layers = nn.ModuleList(Weights(*shape) for shape in shapes)

    def forward(self, x):
        c1, c2, c3, c4, c5, f1, f2, f3 = self.layers
        x = F.max_pool2d(F.relu(F.conv2d(x, c1.w, c1.b, 4, 1)), 3, 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, c2.w, c2.b, padding=2)), 3, 2)
        for c in (c3, c4, c5):
            x = F.relu(F.conv2d(x, c.w, c.b, padding=1))
        x = F.max_pool2d(x, 3, 2).flatten(1)
        for f in (f1, f2):
            x = F.dropout(F.relu(F.linear(x, f.w, f.b)), p=0.5, training=self.training)
        return F.linear(x, f3.w, f3.b)


class Conv(nn.Module):
    def __init__(self, i, o, k, **how):
        super().__init__()
        self.weights, self.how = Weights(o, i, k, k), how

    def forward(self, x):
        return F.conv2d(x, self.weights.w, self.weights.b, **self.how).clamp(min=0)


def vgg_block(num_convs, in_channels, out_channels):
    convs = [Conv(in_channels if n == 0 else out_channels, out_channels, 3, padding=1) for n in range(num_convs)]
    return nn.Sequential(*convs, nn.MaxPool2d(2))


class VGG11(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        plan = [(1, in_channels, 64), (1, 64, 128), (2, 128, 256), (2, 256, 512), (2, 512, 512)]
        self.blocks = nn.ModuleList(vgg_block(*row) for row in plan)
        self.head = nn.ModuleList([Weights(4096, 25088), Weights(4096, 4096), Weights(num_classes, 4096)])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        x = x.flatten(1)
        for layer in self.head[:-1]:
            x = F.linear(x, layer.w, layer.b).relu()
            x = F.dropout(x, training=self.training)
        return F.linear(x, self.head[-1].w, self.head[-1].b)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        Conv(in_channels, out_channels, kernel_size, stride=stride, padding=padding),
        Conv(out_channels, out_channels, 1),
        Conv(out_channels, out_channels, 1),
    )


def global_average_pool(x):
    return F.adaptive_avg_pool2d(x, 1).flatten(1)


class NiN(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        plan = [(in_channels, 96, 11, 4, 0), (96, 256, 5, 1, 2), (256, 384, 3, 1, 1), (384, num_classes, 3, 1, 1)]
        self.blocks = nn.ModuleList(nin_block(*row) for row in plan)

    def forward(self, x):
        for block in self.blocks[:3]:
            x = F.max_pool2d(block(x), kernel_size=3, stride=2)
        return global_average_pool(self.blocks[3](F.dropout(x, 0.5, self.training)))
