"""Week 3, models: AlexNet, VGG-11 and Network in Network, three nets for images of 224x224.

Every net takes a batch of images, float32 (N, in_channels, 224, 224), and returns logits (N, num_classes).
The comment behind a line of `forward` is the shape of `x` after it; it leaves N out.
"""

import torch
from torch import nn


class AlexNet(nn.Module):
    """AlexNet (Krizhevsky et al., 2012) for one GPU, without response normalisation: 46,764,746 parameters.

    conv 96@11x11 stride 4 padding 1; max-pool 3x3 stride 2; conv 256@5x5 padding 2; max-pool 3x3 stride 2;
    conv 384@3x3, conv 384@3x3, conv 256@3x3, all with padding 1; max-pool 3x3 stride 2; linear 4096; linear 4096; linear
    `num_classes`. ReLU after every convolution and after both hidden linear layers, and behind each of these two a
    dropout of 0.5. Takes (N, in_channels, 224, 224), returns logits (N, num_classes).
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.conv1 = nn.Conv2d(in_channels, 96, kernel_size=11, stride=4, padding=1)
        self.conv2 = nn.Conv2d(96, 256, kernel_size=5, padding=2)
        self.conv3 = nn.Conv2d(256, 384, kernel_size=3, padding=1)
        self.conv4 = nn.Conv2d(384, 384, kernel_size=3, padding=1)
        self.conv5 = nn.Conv2d(384, 256, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=2)
        self.fc1 = nn.Linear(256 * 5 * 5, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, 224, 224) to logits (N, num_classes)."""
        # BEGIN SOLUTION
        x = torch.relu(self.conv1(x))  # 96, 54, 54
        x = self.pool(x)  # 96, 26, 26
        x = torch.relu(self.conv2(x))  # 256, 26, 26
        x = self.pool(x)  # 256, 12, 12
        x = torch.relu(self.conv3(x))  # 384, 12, 12
        x = torch.relu(self.conv4(x))  # 384, 12, 12
        x = torch.relu(self.conv5(x))  # 256, 12, 12
        x = self.pool(x)  # 256, 5, 5
        x = torch.flatten(x, 1)  # 6400
        x = self.dropout(torch.relu(self.fc1(x)))  # 4096
        x = self.dropout(torch.relu(self.fc2(x)))  # 4096
        return self.fc3(x)  # num_classes
        # END SOLUTION


def vgg_block(num_convs: int, in_channels: int, out_channels: int) -> nn.Sequential:
    """`num_convs` convolutions 3x3 with padding 1, each followed by ReLU; then a max-pool 2 (Simonyan, Zisserman, 2015).

    The first convolution has `in_channels` input channels, all others `out_channels`; every one has `out_channels` output
    channels. Takes (N, in_channels, H, W), returns (N, out_channels, floor(H/2), floor(W/2)).
    """
    # BEGIN SOLUTION
    layers: list[nn.Module] = []
    for _ in range(num_convs):
        layers += [nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1), nn.ReLU()]
        in_channels = out_channels  # what one convolution gives, the next one takes
    return nn.Sequential(*layers, nn.MaxPool2d(2))
    # END SOLUTION


class VGG11(nn.Module):
    """VGG-11, configuration A of the paper: five blocks, then three linear layers; 128,806,154 parameters at the defaults.

    Blocks (number of convolutions, output channels): (1, 64) (1, 128) (2, 256) (2, 512) (2, 512). Then linear 4096, ReLU,
    dropout 0.5; linear 4096, ReLU, dropout 0.5; linear `num_classes`. Takes (N, in_channels, 224, 224), returns logits
    (N, num_classes).
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.blocks = nn.Sequential(
            vgg_block(1, in_channels, 64),  # 64, 112, 112
            vgg_block(1, 64, 128),  # 128, 56, 56
            vgg_block(2, 128, 256),  # 256, 28, 28
            vgg_block(2, 256, 512),  # 512, 14, 14
            vgg_block(2, 512, 512),  # 512, 7, 7
        )
        self.fc1 = nn.Linear(512 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, 224, 224) to logits (N, num_classes)."""
        # BEGIN SOLUTION
        x = self.blocks(x)  # 512, 7, 7
        x = torch.flatten(x, 1)  # 25088
        x = self.dropout(torch.relu(self.fc1(x)))  # 4096
        x = self.dropout(torch.relu(self.fc2(x)))  # 4096
        return self.fc3(x)  # num_classes
        # END SOLUTION


def nin_block(in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int) -> nn.Sequential:
    """A convolution and two 1x1 convolutions, each followed by ReLU: the "mlpconv" layer of Lin et al., 2014.

    `kernel_size`, `stride` and `padding` are those of the first convolution; all three have `out_channels` output
    channels. Takes (N, in_channels, H, W), returns (N, out_channels, H', W') with H' = floor((H + 2P - K)/S) + 1.
    """
    # BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
    )
    # END SOLUTION


def global_average_pool(x: torch.Tensor) -> torch.Tensor:
    """The mean of every feature map: (N, C, H, W) to (N, C), for any H and W."""
    # BEGIN SOLUTION
    return x.mean(dim=(2, 3))
    # END SOLUTION


class NiN(nn.Module):
    """Network in Network (Lin et al., 2014): no linear layer at all; 1,992,166 parameters at the defaults.

    Blocks (output channels @ kernel/stride/padding) 96@11/4/0, 256@5/1/2 and 384@3/1/1, each followed by a max-pool 3x3
    with stride 2; dropout 0.5; a block `num_classes`@3/1/1; global average pooling. Takes (N, in_channels, 224, 224),
    returns logits (N, num_classes).
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        # BEGIN SOLUTION
        self.block1 = nin_block(in_channels, 96, kernel_size=11, stride=4, padding=0)
        self.block2 = nin_block(96, 256, kernel_size=5, stride=1, padding=2)
        self.block3 = nin_block(256, 384, kernel_size=3, stride=1, padding=1)
        self.block4 = nin_block(384, num_classes, kernel_size=3, stride=1, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=2)
        self.dropout = nn.Dropout(0.5)
        # END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, 224, 224) to logits (N, num_classes)."""
        # BEGIN SOLUTION
        x = self.pool(self.block1(x))  # 96, 54, 54, pooled to 96, 26, 26
        x = self.pool(self.block2(x))  # 256, 26, 26, pooled to 256, 12, 12
        x = self.pool(self.block3(x))  # 384, 12, 12, pooled to 384, 5, 5
        x = self.dropout(x)
        x = self.block4(x)  # num_classes, 5, 5: one map for every class
        return global_average_pool(x)  # num_classes
        # END SOLUTION
