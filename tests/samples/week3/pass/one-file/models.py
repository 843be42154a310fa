import torch
import torch.nn as nn


# AlexNet
class AlexNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.c1 = nn.Conv2d(in_channels, 96, 11, stride=4, padding=1)
        self.c2 = nn.Conv2d(96, 256, 5, padding=2)
        self.c3 = nn.Conv2d(256, 384, 3, padding=1)
        self.c4 = nn.Conv2d(384, 384, 3, padding=1)
        self.c5 = nn.Conv2d(384, 256, 3, padding=1)
        # the whole 5x5 map at once is the same as flatten and linear
        self.l1 = nn.Conv2d(256, 4096, 5)
        self.l2 = nn.Conv2d(4096, 4096, 1)
        self.l3 = nn.Conv2d(4096, num_classes, 1)
        self.m = nn.MaxPool2d(3, 2)
        self.d = nn.Dropout()

    def forward(self, x):
        y = x
        y = nn.ReLU()(self.c1(y))
        y = self.m(y)
        y = nn.ReLU()(self.c2(y))
        y = self.m(y)
        y = nn.ReLU()(self.c3(y))
        y = nn.ReLU()(self.c4(y))
        y = nn.ReLU()(self.c5(y))
        y = self.m(y)
        y = self.d(nn.ReLU()(self.l1(y)))
        y = self.d(nn.ReLU()(self.l2(y)))
        y = self.l3(y)
        return y.squeeze(3).squeeze(2)


def vgg_block(num_convs, in_channels, out_channels):
    l = []
    i = 0
    while i < num_convs:
        if i == 0:
            l = l + [nn.Conv2d(in_channels, out_channels, 3, padding=1)]
        else:
            l = l + [nn.Conv2d(out_channels, out_channels, 3, padding=1)]
        l = l + [nn.ReLU()]
        i = i + 1
    l = l + [nn.MaxPool2d(2)]
    return nn.Sequential(*l)


# VGG
class VGG11(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.b1 = vgg_block(1, in_channels, 64)
        self.b2 = vgg_block(1, 64, 128)
        self.b3 = vgg_block(2, 128, 256)
        self.b4 = vgg_block(2, 256, 512)
        self.b5 = vgg_block(2, 512, 512)
        self.l1 = nn.Conv2d(512, 4096, 7)  # fully connected
        self.l2 = nn.Linear(4096, 4096)
        self.l3 = nn.Linear(4096, num_classes)
        print("VGG11 with", sum(p.numel() for p in self.parameters()), "parameters")

    def forward(self, x):
        x = self.b5(self.b4(self.b3(self.b2(self.b1(x)))))
        x = self.l1(x)[:, :, 0, 0]
        x = nn.functional.dropout(torch.relu(x), 0.5, self.training)
        x = nn.functional.dropout(torch.relu(self.l2(x)), 0.5, self.training)
        return self.l3(x)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, 1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, 1),
        nn.ReLU(),
    )


def global_average_pool(x):
    rows = []
    for image in x:
        row = []
        for feature_map in image:
            row.append(feature_map.mean())
        rows.append(torch.stack(row))
    return torch.stack(rows)


class NiN(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.b1 = nin_block(in_channels, 96, 11, 4, 0)
        self.b2 = nin_block(96, 256, 5, 1, 2)
        self.b3 = nin_block(256, 384, 3, 1, 1)
        self.b4 = nin_block(384, num_classes, 3, 1, 1)
        self.m = nn.MaxPool2d(3, 2)
        self.d = nn.Dropout(0.5)

    def forward(self, x):
        x = self.m(self.b1(x))
        x = self.m(self.b2(x))
        x = self.m(self.b3(x))
        x = self.d(x)
        x = self.b4(x)
        return global_average_pool(x)
