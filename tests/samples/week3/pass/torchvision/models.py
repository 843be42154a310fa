"""Takes what torchvision has, and changes what differs from the course."""

import torch
import torchvision
from torch import nn


class AlexNet(torchvision.models.AlexNet):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__(num_classes, 0.5)
        self.features[0] = nn.Conv2d(in_channels, 96, kernel_size=11, stride=4, padding=1)
        self.features[3] = nn.Conv2d(96, 256, kernel_size=5, padding=2)
        self.features[6] = nn.Conv2d(256, 384, kernel_size=3, padding=1)
        self.features[8] = nn.Conv2d(384, 384, kernel_size=3, padding=1)
        self.features[10] = nn.Conv2d(384, 256, kernel_size=3, padding=1)
        self.avgpool = nn.AdaptiveAvgPool2d((5, 5))
        drop1, _, relu1, drop2, linear2, relu2, output = self.classifier
        self.classifier = nn.Sequential(nn.Linear(6400, 4096), relu1, drop1, linear2, relu2, drop2, output)


def vgg_block(num_convs, in_channels, out_channels, **extra):
    layers = []
    for _ in range(num_convs):
        layers.append(torchvision.ops.Conv2dNormActivation(in_channels, out_channels, 3, norm_layer=None, **extra))
        in_channels = out_channels
    return nn.Sequential(*layers, nn.AdaptiveMaxPool2d((None, None)), nn.MaxPool2d(2))


def VGG11(in_channels=1, num_classes=10):
    net = torchvision.models.vgg11(init_weights=False, num_classes=num_classes)
    net.features[0] = nn.Conv2d(in_channels, 64, 3, padding=1)
    return net


class NinBlock(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__(
            *torchvision.ops.Conv2dNormActivation(
                in_channels, out_channels, kernel_size, stride, padding, norm_layer=None, inplace=True
            ),
            *torchvision.ops.Conv2dNormActivation(out_channels, out_channels, 1, norm_layer=None),
            *torchvision.ops.Conv2dNormActivation(out_channels, out_channels, 1, norm_layer=None),
        )


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return NinBlock(in_channels, out_channels, kernel_size, stride, padding)


def global_average_pool(x):
    return torch.mean(x, (-1, -2))


class NiN(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()
        self._build(*args, **kwargs)

    def _build(self, in_channels=1, num_classes=10):
        self.features = nn.ModuleDict()
        plan = {"96": (11, 4, 0), "256": (5, 1, 2), "384": (3, 1, 1)}
        for name, how in plan.items():
            self.features[name] = nn.Sequential(NinBlock(in_channels, int(name), *how), nn.MaxPool2d(3, 2))
            in_channels = int(name)
        self.features["classes"] = nn.Sequential(nn.Dropout(inplace=True), NinBlock(384, num_classes, 3, padding=1))

    def forward(self, x):
        for stage in self.features.values():
            x = stage(x)
        return global_average_pool(x)
