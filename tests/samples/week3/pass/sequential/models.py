from torch import nn


class AlexNet(nn.Sequential):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__(
            nn.Conv2d(in_channels, 96, 11, 4, 1),
            nn.ReLU(True),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, padding="same"),
            nn.ReLU(True),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, padding="same"),
            nn.ReLU(True),
            nn.Conv2d(384, 384, 3, padding="same"),
            nn.ReLU(True),
            nn.Conv2d(384, 256, 3, padding="same"),
            nn.ReLU(True),
            nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Linear(6400, 4096),
            nn.ReLU(True),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(True),
            nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )


def vgg_block(num_convs, in_channels, out_channels):
    block = nn.Sequential()
    for i in range(num_convs):
        block.append(nn.Conv2d(in_channels if i == 0 else out_channels, out_channels, 3, 1, 1))
        block.append(nn.ReLU(True))
    return block.append(nn.MaxPool2d(2, 2))


class VGG11(nn.Sequential):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        for num_convs, out_channels in ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512)):
            self.append(vgg_block(num_convs, in_channels, out_channels))
            in_channels = out_channels
        self.append(nn.Flatten())
        in_features = 512 * 7 * 7
        for _ in range(2):
            # Dropout in front of ReLU: what is dropped is 0 either way.
            self.extend([nn.Linear(in_features, 4096), nn.Dropout(), nn.ReLU()])
            in_features = 4096
        self.append(nn.Linear(4096, num_classes))


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(True),
        nn.Conv2d(out_channels, out_channels, 1),
        nn.ReLU(True),
        nn.Conv2d(out_channels, out_channels, 1),
        nn.ReLU(True),
    )


def global_average_pool(x):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())(x)


class NiN(nn.Sequential):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__(
            nin_block(in_channels, 96, 11, 4, 0),
            nn.MaxPool2d(3, 2),
            nin_block(96, 256, 5, 1, 2),
            nn.MaxPool2d(3, 2),
            nin_block(256, 384, 3, 1, 1),
            nn.MaxPool2d(3, 2),
            nn.Dropout(),
            nin_block(384, num_classes, 3, 1, 1),
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten(),
        )
