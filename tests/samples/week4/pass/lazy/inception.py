"""Lazy layers: nobody counts input channels."""

import torch
from torch import nn


def conv(out_channels, kernel_size, **kwargs):
    return nn.LazyConv2d(out_channels, kernel_size, **kwargs)


class Parallel(nn.ModuleList):
    def forward(self, x):
        return torch.cat([path(x) for path in self], dim=-3)


def Inception(in_channels):
    return Parallel(
        [
            conv(16, 1),
            nn.Sequential(conv(16, 1), conv(24, 3, padding="same"), conv(24, 3, padding="same")),
            nn.Sequential(conv(16, 1), conv(24, 5, padding="same")),
            conv(24, 1),
        ]
    )


class MiniGoogLeNet(nn.Sequential):
    def __init__(self):
        super().__init__(
            conv(10, 5), nn.ReLU(), nn.MaxPool2d(2), Inception(10),
            conv(20, 5), nn.ReLU(), nn.MaxPool2d(2), Inception(20),
            nn.Flatten(), nn.LazyLinear(10),
        )  # fmt: skip


class InceptionV1(Parallel):
    def __init__(self, in_channels, c1, c2, c3, c4):
        relu = nn.ReLU
        super().__init__(
            [
                nn.Sequential(conv(c1, 1), relu()),
                nn.Sequential(conv(c2[0], 1), relu(), conv(c2[1], 3, padding=1), relu()),
                nn.Sequential(conv(c3[0], 1), relu(), conv(c3[1], 5, padding=2), relu()),
                nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(c4, 1), relu()),
            ]
        )


class GoogLeNet(nn.Sequential):
    def __init__(self, in_channels=1, num_classes=10, **unused):
        def pool():
            return nn.MaxPool2d(3, 2, 1)

        def block(*widths):
            return InceptionV1(None, *widths)

        super().__init__(
            conv(64, 7, stride=2, padding=3), nn.ReLU(inplace=True), pool(),
            conv(64, 1), nn.ReLU(inplace=True), conv(192, 3, padding=1), nn.ReLU(inplace=True), pool(),
            block(64, [96, 128], [16, 32], 32), block(128, [128, 192], [32, 96], 64), pool(),
            block(192, [96, 208], [16, 48], 64), block(160, [112, 224], [24, 64], 64),
            block(128, [128, 256], [24, 64], 64), block(112, [144, 288], [32, 64], 64),
            block(256, [160, 320], [32, 128], 128), pool(),
            block(256, [160, 320], [32, 128], 128), block(384, [192, 384], [48, 128], 128),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(num_classes),
        )  # fmt: skip
