"""Every layer by its name, no loops, no Sequential but where one is asked for."""

import torch
from torch import nn


class AlexNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super(AlexNet, self).__init__()
        self.output = nn.Linear(in_features=4096, out_features=num_classes, bias=True)
        self.hidden2 = nn.Linear(in_features=4096, out_features=4096, bias=True)
        self.hidden1 = nn.Linear(in_features=256 * 5 * 5, out_features=4096, bias=True)
        self.conv1 = nn.Conv2d(in_channels=in_channels, out_channels=96, kernel_size=(11, 11), stride=(4, 4), padding=1)
        self.conv2 = nn.Conv2d(in_channels=96, out_channels=256, kernel_size=(5, 5), padding=(2, 2))
        self.conv3 = nn.Conv2d(in_channels=256, out_channels=384, kernel_size=(3, 3), padding=(1, 1))
        self.conv4 = nn.Conv2d(in_channels=384, out_channels=384, kernel_size=(3, 3), padding=(1, 1))
        self.conv5 = nn.Conv2d(in_channels=384, out_channels=256, kernel_size=(3, 3), padding=(1, 1))
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2)
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2)
        self.pool3 = nn.MaxPool2d(kernel_size=3, stride=2)
        self.relu = nn.ReLU()
        self.drop1 = nn.Dropout(p=0.5)
        self.drop2 = nn.Dropout(p=0.5)

    def forward(self, x):
        # Pooling first and ReLU after it: the same numbers with less work.
        x = self.relu(self.pool1(self.conv1(x)))
        x = self.relu(self.pool2(self.conv2(x)))
        x = self.relu(self.conv3(x))
        x = self.relu(self.conv4(x))
        x = self.relu(self.pool3(self.conv5(x)))
        x = x.view(x.size(0), 256 * 5 * 5)
        x = self.hidden1(x)
        x = self.relu(x)
        x = self.drop1(x)
        x = self.hidden2(x)
        x = self.relu(x)
        x = self.drop2(x)
        x = self.output(x)
        return x


def vgg_block(num_convs: int, in_channels: int, out_channels: int) -> nn.Sequential:
    channels = [in_channels] + [out_channels] * num_convs
    layers = []
    for before, after in zip(channels[:-1], channels[1:], strict=True):
        layers.append(nn.Conv2d(before, after, kernel_size=3, stride=1, padding=1))
        layers.append(nn.ReLU())
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)


class VGG11(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super(VGG11, self).__init__()
        self.conv1 = nn.Conv2d(in_channels, 64, 3, padding=1)
        self.conv2 = nn.Conv2d(64, 128, 3, padding=1)
        self.conv3_1 = nn.Conv2d(128, 256, 3, padding=1)
        self.conv3_2 = nn.Conv2d(256, 256, 3, padding=1)
        self.conv4_1 = nn.Conv2d(256, 512, 3, padding=1)
        self.conv4_2 = nn.Conv2d(512, 512, 3, padding=1)
        self.conv5_1 = nn.Conv2d(512, 512, 3, padding=1)
        self.conv5_2 = nn.Conv2d(512, 512, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc6 = nn.Linear(25088, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, num_classes)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.pool(torch.relu(self.conv1(x)))
        x = self.pool(torch.relu(self.conv2(x)))
        x = torch.relu(self.conv3_1(x))
        x = self.pool(torch.relu(self.conv3_2(x)))
        x = torch.relu(self.conv4_1(x))
        x = self.pool(torch.relu(self.conv4_2(x)))
        x = torch.relu(self.conv5_1(x))
        x = self.pool(torch.relu(self.conv5_2(x)))
        x = x.reshape(-1, 25088)
        x = self.drop(torch.relu(self.fc6(x)))
        x = self.drop(torch.relu(self.fc7(x)))
        return self.fc8(x)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    conv = nn.Conv2d(in_channels, out_channels, kernel_size=kernel_size, stride=stride, padding=padding)
    first = nn.Conv2d(out_channels, out_channels, kernel_size=(1, 1))
    second = nn.Conv2d(out_channels, out_channels, kernel_size=(1, 1))
    relu = nn.ReLU()
    return nn.Sequential(conv, relu, first, relu, second, relu)


def global_average_pool(x):
    n, c, h, w = x.shape
    return x.sum(3).sum(2) / (h * w)


class NiN(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super(NiN, self).__init__()
        self.a = nin_block(in_channels, 96, 11, 4, 0)
        self.b = nin_block(96, 256, 5, 1, 2)
        self.c = nin_block(256, 384, 3, 1, 1)
        self.d = nin_block(384, num_classes, 3, 1, 1)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.a(x), 3, 2)
        x = nn.functional.max_pool2d(self.b(x), 3, 2)
        x = nn.functional.max_pool2d(self.c(x), 3, 2)
        x = self.d(self.drop(x))
        return nn.functional.avg_pool2d(x, 5)[:, :, 0, 0]
