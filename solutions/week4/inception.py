"""Week 4, Inception: several kernel sizes side by side, and the nets that are built from such blocks.

Feature maps are float32 (N, C, H, W). The comment behind a line of `forward` is the shape of its result; it leaves N out.
"""

import torch
from torch import nn


class Inception(nn.Module):
    """Four parallel paths over the same input, without activations; their outputs are concatenated on the channels.

    1. 1x1 to 16
    2. 1x1 to 16, then 3x3 to 24, then 3x3 to 24
    3. 1x1 to 16, then 5x5 to 24
    4. 1x1 to 24

    Takes (N, in_channels, H, W) and returns (N, 88, H, W): 16 + 24 + 24 + 24 channels, in this order. Padding keeps H
    and W. Each convolution is a layer of its own and has a bias.
    """

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.path1 = nn.Conv2d(in_channels, 16, kernel_size=1)
        self.path2 = nn.Sequential(
            nn.Conv2d(in_channels, 16, kernel_size=1),
            nn.Conv2d(16, 24, kernel_size=3, padding=1),
            nn.Conv2d(24, 24, kernel_size=3, padding=1),
        )
        self.path3 = nn.Sequential(
            nn.Conv2d(in_channels, 16, kernel_size=1),
            nn.Conv2d(16, 24, kernel_size=5, padding=2),
        )
        self.path4 = nn.Conv2d(in_channels, 24, kernel_size=1)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, in_channels, H, W) to (N, 88, H, W)."""
        # BEGIN SOLUTION
        paths = [self.path1(x), self.path2(x), self.path3(x), self.path4(x)]  # 16, 24, 24 and 24 channels
        return torch.cat(paths, dim=1)  # 88, H, W
        # END SOLUTION


class MiniGoogLeNet(nn.Module):
    """Two convolutions, each followed by ReLU, a max-pool 2 and an Inception block: 97,298 parameters.

    conv 10@5x5, ReLU, max-pool 2, Inception(10), conv 20@5x5, ReLU, max-pool 2, Inception(20), linear 1408 to 10. The
    convolutions are not padded. Takes images (N, 1, 28, 28), returns logits (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.conv1 = nn.Conv2d(1, 10, kernel_size=5)
        self.inception1 = Inception(10)
        self.conv2 = nn.Conv2d(88, 20, kernel_size=5)
        self.inception2 = Inception(20)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(88 * 4 * 4, 10)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 1, 28, 28) to logits (N, 10)."""
        # BEGIN SOLUTION
        x = torch.relu(self.conv1(x))  # 10, 24, 24
        x = self.pool(x)  # 10, 12, 12
        x = self.inception1(x)  # 88, 12, 12
        x = torch.relu(self.conv2(x))  # 20, 8, 8
        x = self.pool(x)  # 20, 4, 4
        x = self.inception2(x)  # 88, 4, 4
        x = torch.flatten(x, 1)  # 1408
        return self.fc(x)  # 10
        # END SOLUTION


class InceptionV1(nn.Module):
    """The Inception block of GoogLeNet (Szegedy et al., 2014): four paths, with ReLU after every convolution.

    1. 1x1 to c1
    2. 1x1 to c2[0], then 3x3 to c2[1]
    3. 1x1 to c3[0], then 5x5 to c3[1]
    4. max-pool 3x3 with stride 1 and padding 1, then 1x1 to c4

    Takes (N, in_channels, H, W) and returns (N, c1 + c2[1] + c3[1] + c4, H, W), the paths' channels in this order.
    `c2` and `c3` are pairs of ints. Padding keeps H and W. Each convolution is a layer of its own and has a bias.
    """

    def __init__(self, in_channels: int, c1: int, c2: tuple[int, int], c3: tuple[int, int], c4: int) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.path1 = nn.Sequential(nn.Conv2d(in_channels, c1, kernel_size=1), nn.ReLU())
        self.path2 = nn.Sequential(
            nn.Conv2d(in_channels, c2[0], kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(c2[0], c2[1], kernel_size=3, padding=1),
            nn.ReLU(),
        )
        self.path3 = nn.Sequential(
            nn.Conv2d(in_channels, c3[0], kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(c3[0], c3[1], kernel_size=5, padding=2),
            nn.ReLU(),
        )
        self.path4 = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1),
            nn.Conv2d(in_channels, c4, kernel_size=1),
            nn.ReLU(),
        )
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, in_channels, H, W) to (N, c1 + c2[1] + c3[1] + c4, H, W)."""
        # BEGIN SOLUTION
        return torch.cat([self.path1(x), self.path2(x), self.path3(x), self.path4(x)], dim=1)
        # END SOLUTION


class GoogLeNet(nn.Module):
    """GoogLeNet (Szegedy et al., 2014, table 1) without auxiliary heads, response normalisation and dropout.

    conv 64@7x7 with stride 2 and padding 3, pool, conv 64@1x1, conv 192@3x3 with padding 1, pool, Inception 3a and 3b,
    pool, 4a to 4e, pool, 5a and 5b, global average pool, linear. ReLU after every convolution; each pool is a max-pool
    3x3 with stride 2 and padding 1. The blocks, as InceptionV1(in_channels, c1, c2, c3, c4):

        3a  192   64  ( 96, 128)  (16,  32)   32        4d  512  112  (144, 288)  (32,  64)   64
        3b  256  128  (128, 192)  (32,  96)   64        4e  528  256  (160, 320)  (32, 128)  128
        4a  480  192  ( 96, 208)  (16,  48)   64        5a  832  256  (160, 320)  (32, 128)  128
        4b  512  160  (112, 224)  (24,  64)   64        5b  832  384  (192, 384)  (48, 128)  128
        4c  512  128  (128, 256)  (24,  64)   64

    Takes images (N, in_channels, H, W) of any size, returns logits (N, num_classes). 5,977,530 parameters at the
    defaults.
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        pool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.ReLU(),
            pool,
            nn.Conv2d(64, 64, kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(64, 192, kernel_size=3, padding=1),
            nn.ReLU(),
            pool,
        )
        self.stage3 = nn.Sequential(
            InceptionV1(192, 64, (96, 128), (16, 32), 32),  # 3a
            InceptionV1(256, 128, (128, 192), (32, 96), 64),  # 3b
            pool,
        )
        self.stage4 = nn.Sequential(
            InceptionV1(480, 192, (96, 208), (16, 48), 64),  # 4a
            InceptionV1(512, 160, (112, 224), (24, 64), 64),  # 4b
            InceptionV1(512, 128, (128, 256), (24, 64), 64),  # 4c
            InceptionV1(512, 112, (144, 288), (32, 64), 64),  # 4d
            InceptionV1(528, 256, (160, 320), (32, 128), 128),  # 4e
            pool,
        )
        self.stage5 = nn.Sequential(
            InceptionV1(832, 256, (160, 320), (32, 128), 128),  # 5a
            InceptionV1(832, 384, (192, 384), (48, 128), 128),  # 5b
        )
        self.fc = nn.Linear(1024, num_classes)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, H, W) to logits (N, num_classes)."""
        # BEGIN SOLUTION
        x = self.stem(x)  # 192, 28, 28 from 224 x 224
        x = self.stage3(x)  # 480, 14, 14
        x = self.stage4(x)  # 832, 7, 7
        x = self.stage5(x)  # 1024, 7, 7
        x = x.mean(dim=(2, 3))  # 1024: global average pool
        return self.fc(x)  # num_classes
        # END SOLUTION
