import torch
import torch.nn as nn


class Behind(nn.Sequential):
    def forward(self, x):
        return torch.cat((x, super().forward(x)), dim=1)


class DenseBlock(nn.Sequential):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__(
            *[
                Behind(nn.BatchNorm2d(c), nn.ReLU(inplace=True), nn.Conv2d(c, growth_rate, 3, 1, 1))
                for c in range(in_channels, in_channels + num_convs * growth_rate, growth_rate)
            ]
        )


class TransitionLayer(nn.Sequential):
    def __init__(self, in_channels, out_channels):
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(in_channels, out_channels, 1),
            nn.AvgPool2d(kernel_size=2, stride=2),
        )


class DenseNet(nn.Sequential):
    def __init__(self, in_channels=1, num_classes=10, growth_rate=32, convs_per_block=(4, 4, 4, 4)):
        net = [nn.Conv2d(in_channels, 64, 7, 2, 3), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
        c = 64
        for i, n in enumerate(convs_per_block):
            net.append(DenseBlock(n, c, growth_rate))
            c += n * growth_rate
            if i != len(convs_per_block) - 1:
                net.append(TransitionLayer(c, c // 2))
                c = c // 2
        net += [nn.BatchNorm2d(c), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
        super().__init__(*net)
