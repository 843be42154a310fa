from itertools import pairwise

import torch
from torch import Tensor, nn


class PlainResidualBlock(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.conv2, self.conv1 = (nn.Conv2d(channels, channels, 3, padding="same") for _ in "21")

    def forward(self, x: Tensor) -> Tensor:
        return (x + self.conv2(self.conv1(x).relu())).relu()


class MiniResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Conv2d(32, 10, 4)  # sees all of a 4x4 map: a linear layer on 512 numbers
        self.body = nn.ModuleDict(
            {
                "in": nn.Conv2d(1, 16, (5, 5)),
                "b1": PlainResidualBlock(16),
                "down": nn.Conv2d(16, 32, (5, 5)),
                "b2": PlainResidualBlock(32),
            }
        )

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.body.values():
            x = layer(x)
            if isinstance(layer, nn.Conv2d):
                x = nn.functional.adaptive_max_pool2d(x, x.shape[-1] // 2).relu()
        return self.head(x).flatten(1)


class ResidualBlock(nn.Module):
    """The projection sees every stride-th pixel and mixes its channels."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, *, norm=nn.BatchNorm2d):
        super().__init__()
        self.residual = nn.Sequential(
            nn.ZeroPad2d(1),
            nn.Conv2d(in_channels, out_channels, 3, stride, bias=False),
            norm(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding="same", bias=False),
            norm(out_channels),
        )
        nn.init.zeros_(self.residual[-1].weight)  # starts as the identity (Goyal et al. 2017)
        self.stride = stride
        self.project = nn.Conv2d(in_channels, out_channels, 1, bias=False) if stride > 1 or in_channels != out_channels else None

    def forward(self, x: Tensor) -> Tensor:
        skip = x if self.project is None else self.project(x[..., :: self.stride, :: self.stride])
        return torch.relu(skip + self.residual(x))


class ResNet18(nn.Module):
    def __init__(self, in_channels: int = 1, num_classes: int = 10, width: int = 64):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(in_channels, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width))
        widths = [width, *(width << stage for stage in range(4))]
        self.stages = nn.ModuleList(
            nn.Sequential(ResidualBlock(a, b, b // a), ResidualBlock(b, b)) for a, b in pairwise(widths)
        )
        self.head = nn.Conv2d(widths[-1], num_classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(self.stem(x), 3, 2, 1).relu()  # pooling and ReLU may change places
        for stage in self.stages:
            x = stage(x)
        return self.head(x.mean((-2, -1), keepdim=True)).flatten(1)
