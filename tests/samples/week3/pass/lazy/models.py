from torch import nn


def head(num_classes):
    return [
        nn.Flatten(),
        *(nn.LazyLinear(4096), nn.ReLU(), nn.Dropout(p=0.5)),
        *(nn.LazyLinear(4096), nn.ReLU(), nn.Dropout(p=0.5)),
        nn.LazyLinear(num_classes),
    ]


class AlexNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            *(nn.LazyConv2d(96, kernel_size=11, stride=4, padding=1), nn.ReLU()),
            nn.MaxPool2d(kernel_size=3, stride=2),
            *(nn.LazyConv2d(256, kernel_size=5, padding=2), nn.ReLU()),
            nn.MaxPool2d(kernel_size=3, stride=2),
            *(nn.LazyConv2d(384, kernel_size=3, padding=1), nn.ReLU()),
            *(nn.LazyConv2d(384, kernel_size=3, padding=1), nn.ReLU()),
            *(nn.LazyConv2d(256, kernel_size=3, padding=1), nn.ReLU()),
            nn.MaxPool2d(kernel_size=3, stride=2),
            *head(num_classes),
        )

    def forward(self, x):
        return self.net(x)


def vgg_block(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers += [nn.LazyConv2d(out_channels, kernel_size=3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(kernel_size=2, stride=2))


class VGG11(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        plan = ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
        self.net = nn.Sequential(*(vgg_block(n, None, out) for n, out in plan), *head(num_classes))

    def forward(self, x):
        return self.net(x)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        *(nn.LazyConv2d(out_channels, kernel_size, stride, padding), nn.ReLU()),
        *(nn.LazyConv2d(out_channels, kernel_size=1), nn.ReLU()),
        *(nn.LazyConv2d(out_channels, kernel_size=1), nn.ReLU()),
    )


def global_average_pool(x):
    return x.flatten(2).mean(-1)


class NiN(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nin_block(None, 96, kernel_size=11, stride=4, padding=0),
            nn.MaxPool2d(3, stride=2),
            nin_block(None, 256, kernel_size=5, stride=1, padding=2),
            nn.MaxPool2d(3, stride=2),
            nin_block(None, 384, kernel_size=3, stride=1, padding=1),
            nn.MaxPool2d(3, stride=2),
            nn.Dropout(0.5),
            nin_block(None, num_classes, kernel_size=3, stride=1, padding=1),
        )

    def forward(self, x):
        return global_average_pool(self.net(x))
