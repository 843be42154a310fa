from collections import OrderedDict

import torch
from torch import nn


class ConvReLU(nn.Module):
    def __init__(self, *args, relu=True, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(*args, **kwargs)
        self.relu = relu

    def forward(self, x):
        x = self.conv(x)
        return torch.where(x > 0, x, torch.zeros_like(x)) if self.relu else x


def stack(relu, *layers):
    return nn.Sequential(*[ConvReLU(i, o, k, padding=(k - 1) // 2, relu=relu) for i, o, k in layers])


class Inception(nn.Module):
    def __init__(self, in_channels: int, *, relu: bool = False):
        super().__init__()
        i = in_channels
        self.layers = nn.ModuleDict(
            OrderedDict(
                three=stack(relu, (i, 16, 1), (16, 24, 3), (24, 24, 3)),
                five=stack(relu, (i, 16, 1), (16, 24, 5)),
                wide=stack(relu, (i, 24, 1)),
                narrow=stack(relu, (i, 16, 1)),
            )
        )

    def forward(self, x):
        # all 1x1 convolutions first, then what follows on them
        narrow = self.layers["narrow"](x)
        wide = self.layers["wide"](x)
        five, three = self.layers["five"][0](x), self.layers["three"][0](x)
        five = self.layers["five"][1](five)
        for layer in self.layers["three"][1:]:
            three = layer(three)
        return torch.cat(tensors=(narrow, three, five, wide), dim=1)


class MiniGoogLeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.classifier = nn.Conv2d(88, 10, kernel_size=4)  # over a 4x4 map: a linear layer
        self.block_b = Inception(20)
        self.block_a = Inception(10)
        self.b = ConvReLU(88, 20, 5)
        self.a = ConvReLU(1, 10, 5)

    def forward(self, x):
        pool = nn.functional.max_pool2d
        x = pool(self.a(x), 2)
        x = self.block_a(x)
        x = pool(self.b(x), 2)
        x = self.block_b(x)
        return self.classifier(x).flatten(1)


class InceptionV1(nn.Module):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.four = stack(True, (in_channels, c4, 1))
        self.three = stack(True, (in_channels, c3[0], 1), (c3[0], c3[1], 5))
        self.two = stack(True, (in_channels, c2[0], 1), (c2[0], c2[1], 3))
        self.one = stack(True, (in_channels, c1, 1))
        self.pool = nn.MaxPool2d(3, stride=1)

    def forward(self, x):
        padded = nn.functional.pad(x, (1, 1, 1, 1), value=float("-inf"))
        four = self.four(self.pool(padded))
        return torch.cat((self.one(x), self.two(x), self.three(x), four), 1)


class GoogLeNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.conv1 = ConvReLU(in_channels, 64, 7, stride=2, padding=3)
        self.conv2 = ConvReLU(64, 64, 1)
        self.conv3 = ConvReLU(64, 192, 3, padding=1)
        self.i3a = InceptionV1(192, 64, (96, 128), (16, 32), 32)
        self.i3b = InceptionV1(256, 128, (128, 192), (32, 96), 64)
        self.i4a = InceptionV1(480, 192, (96, 208), (16, 48), 64)
        self.i4b = InceptionV1(512, 160, (112, 224), (24, 64), 64)
        self.i4c = InceptionV1(512, 128, (128, 256), (24, 64), 64)
        self.i4d = InceptionV1(512, 112, (144, 288), (32, 64), 64)
        self.i4e = InceptionV1(528, 256, (160, 320), (32, 128), 128)
        self.i5a = InceptionV1(832, 256, (160, 320), (32, 128), 128)
        self.i5b = InceptionV1(832, 384, (192, 384), (48, 128), 128)
        self.fc = nn.Linear(1024, num_classes)

    def pool(self, x):
        return nn.functional.max_pool2d(x, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))

    def forward(self, x):
        x = self.pool(self.conv1(x))
        x = self.pool(self.conv3(self.conv2(x)))
        x = self.pool(self.i3b(self.i3a(x)))
        x = self.i4e(self.i4d(self.i4c(self.i4b(self.i4a(x)))))
        x = self.i5b(self.i5a(self.pool(x)))
        n, c, h, w = x.shape
        x = x.reshape(n, c, h * w).sum(-1) / (h * w)
        return self.fc(x)
