"""Parameters in a plain module, functions on top of them."""

import torch
import torch.nn.functional as F
from torch import nn


def weights(out_channels, in_channels, kernel):
    weight = nn.Parameter(torch.empty(out_channels, in_channels, kernel, kernel))
    nn.init.kaiming_uniform_(weight, a=5**0.5)
    bound = (in_channels * kernel * kernel) ** -0.5
    return nn.ParameterDict({"w": weight, "b": nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound))})


def same(x, p):
    return F.conv2d(x, p["w"], p["b"], padding=p["w"].shape[-1] // 2)


class Inception(nn.Module):
    def __init__(self, in_channels):
        super().__init__()
        widths = {"d": (24, in_channels, 1), "c1": (16, in_channels, 1), "c2": (24, 16, 5)}
        widths |= {"b1": (16, in_channels, 1), "b2": (24, 16, 3), "b3": (24, 24, 3), "a": (16, in_channels, 1)}
        self.p = nn.ModuleDict({name: weights(*shape) for name, shape in widths.items()})

    def forward(self, x):
        p = self.p
        out = x.new_empty(x.shape[0], 88, *x.shape[2:])
        out[:, :16] = same(x, p["a"])
        out[:, 16:40] = same(same(same(x, p["b1"]), p["b2"]), p["b3"])
        out[:, 40:64] = same(same(x, p["c1"]), p["c2"])
        out[:, 64:] = same(x, p["d"])
        return out


class MiniGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = weights(10, 1, 5), weights(20, 88, 5)
        self.blocks = nn.ModuleList([Inception(10), Inception(20)])
        self.last = nn.Linear(1408, 10)

    def forward(self, x):
        for p, block in zip((self.first, self.second), self.blocks, strict=True):
            x = block(F.relu(F.max_pool2d(F.conv2d(x, p["w"], p["b"]), 2)))
        return F.linear(x.flatten(1), self.last.weight, self.last.bias)


class InceptionV1(nn.Module):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.a = weights(c1, in_channels, 1)
        self.b = nn.ModuleList([weights(c2[0], in_channels, 1), weights(c2[1], c2[0], 3)])
        self.c = nn.ModuleList([weights(c3[0], in_channels, 1), weights(c3[1], c3[0], 5)])
        self.d = weights(c4, in_channels, 1)

    def forward(self, x):
        pooled = F.max_pool2d(x, 3, 1, 1)
        paths = [same(x, self.a), None, None, same(pooled, self.d)]
        for place, (reduction, wide) in ((1, self.b), (2, self.c)):
            paths[place] = same(same(x, reduction).clamp(min=0), wide)
        return torch.cat(paths, 1).clamp(min=0)  # ReLU commutes with the concatenation


TABLE = """
192 64 96 128 16 32 32
256 128 128 192 32 96 64
M
480 192 96 208 16 48 64
512 160 112 224 24 64 64
512 128 128 256 24 64 64
512 112 144 288 32 64 64
528 256 160 320 32 128 128
M
832 256 160 320 32 128 128
832 384 192 384 48 128 128
"""


class GoogLeNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.stem = nn.ModuleList([weights(64, in_channels, 7), weights(64, 64, 1), weights(192, 64, 3)])
        self.rows, self.blocks = [], nn.ModuleList()
        for row in TABLE.split("\n"):
            if row.strip() and row != "M":
                i, a, b0, b1, c0, c1, d = map(int, row.split())
                self.blocks.append(InceptionV1(i, a, (b0, b1), (c0, c1), d))
            self.rows.append(row)
        self.classifier = weights(num_classes, 1024, 1)

    def forward(self, x):
        one, two, three = self.stem
        x = F.relu(F.conv2d(x, one["w"], one["b"], stride=2, padding=3))
        x = F.max_pool2d(x, 3, 2, 1)
        x = F.relu(same(F.relu(same(x, two)), three))
        x = F.max_pool2d(x, 3, 2, 1)
        blocks = iter(self.blocks)
        for row in self.rows:
            if row == "M":
                x = F.max_pool2d(x, 3, 2, 1)
            elif row.strip():
                x = next(blocks)(x)
        x = same(
            x, self.classifier
        )  # a 1x1 convolution, then the average: the same as the average, then a linear layer
        return F.adaptive_avg_pool2d(x, 1)[:, :, 0, 0]
