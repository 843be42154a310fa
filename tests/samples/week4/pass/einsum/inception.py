"""1x1 convolutions are linear layers on the channels; larger ones are sums over shifted windows."""

import torch
from torch import nn


class Pointwise(nn.Linear):
    def forward(self, x):
        return torch.einsum("oc,nchw->nohw", self.weight, x) + self.bias[:, None, None]


class Window(nn.Module):
    """k x k with padding k // 2 by default."""

    def __init__(self, c, o, k, stride=1, padding=None):
        super().__init__()
        self.inner = nn.Conv2d(c, o, k)  # keeps the weights and their initial values
        self.k, self.stride, self.padding = k, stride, k // 2 if padding is None else padding

    def forward(self, x):
        p = self.padding
        x = nn.functional.pad(x, (p, p, p, p))
        windows = x.unfold(2, self.k, self.stride).unfold(3, self.k, self.stride)
        return torch.einsum("nchwij,ocij->nohw", windows, self.inner.weight) + self.inner.bias.reshape(1, -1, 1, 1)


def largest(x, k, stride, padding):
    x = nn.functional.pad(x, (padding,) * 4, value=-torch.inf)
    return x.unfold(2, k, stride).unfold(3, k, stride).flatten(4).max(dim=-1)[0]


class Inception(nn.Module):
    def __init__(self, in_channels):
        super().__init__()
        self.one = Pointwise(in_channels, 16)
        self.to3, self.to5 = Pointwise(in_channels, 16), Pointwise(in_channels, 16)
        self.three, self.again, self.five = Window(16, 24, 3), Window(24, 24, 3), Window(16, 24, 5)
        self.last = Pointwise(in_channels, 24)

    def forward(self, x):
        a, b, c, d = self.one(x), self.again(self.three(self.to3(x))), self.five(self.to5(x)), self.last(x)
        return torch.hstack([a, b, c, d])


class MiniGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = Window(1, 10, 5, padding=0), Window(88, 20, 5, padding=0)
        self.in_one, self.in_two = Inception(10), Inception(20)
        self.out = nn.Linear(1408, 10)

    def forward(self, x):
        x = self.in_one(largest(self.one(x), 2, 2, 0).relu())
        x = self.in_two(largest(self.two(x), 2, 2, 0).relu())
        return self.out(x.reshape(x.shape[0], -1))


class InceptionV1(nn.Module):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        (b, bb), (c, cc) = c2, c3
        self.points = nn.ModuleList(Pointwise(in_channels, width) for width in (c1, b, c, c4))
        self.three, self.five = Window(b, bb, 3), Window(c, cc, 5)

    def forward(self, x):
        inputs = (x, x, x, largest(x, 3, 1, 1))
        a, b, c, d = (point(y).relu() for point, y in zip(self.points, inputs, strict=True))
        return torch.cat([a, self.three(b).relu(), self.five(c).relu(), d], 1)


class GoogLeNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.first = nn.Conv2d(in_channels, 64, 7, 2, 3)
        self.second, self.third = Pointwise(64, 64), nn.Conv2d(64, 192, 3, padding=1)
        rows = [
            (192, 64, (96, 128), (16, 32), 32), (256, 128, (128, 192), (32, 96), 64),
            (480, 192, (96, 208), (16, 48), 64), (512, 160, (112, 224), (24, 64), 64),
            (512, 128, (128, 256), (24, 64), 64), (512, 112, (144, 288), (32, 64), 64),
            (528, 256, (160, 320), (32, 128), 128),
            (832, 256, (160, 320), (32, 128), 128), (832, 384, (192, 384), (48, 128), 128),
        ]  # fmt: skip
        self.blocks = nn.ModuleList(InceptionV1(*row) for row in rows)
        self.last = nn.Linear(1024, num_classes)

    def forward(self, x):
        x = largest(self.first(x).relu(), 3, 2, 1)
        x = largest(self.third(self.second(x).relu()).relu(), 3, 2, 1)
        for number, block in enumerate(self.blocks):
            if number in (2, 7):
                x = largest(x, 3, 2, 1)
            x = block(x)
        return self.last(torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3]))
