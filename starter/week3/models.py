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
        raise NotImplementedError("TODO: AlexNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, 224, 224) to logits (N, num_classes)."""
        raise NotImplementedError("TODO: AlexNet.forward")


def vgg_block(num_convs: int, in_channels: int, out_channels: int) -> nn.Sequential:
    """`num_convs` convolutions 3x3 with padding 1, each followed by ReLU; then a max-pool 2 (Simonyan, Zisserman, 2015).

    The first convolution has `in_channels` input channels, all others `out_channels`; every one has `out_channels` output
    channels. Takes (N, in_channels, H, W), returns (N, out_channels, floor(H/2), floor(W/2)).
    """
    raise NotImplementedError("TODO: vgg_block")


class VGG11(nn.Module):
    """VGG-11, configuration A of the paper: five blocks, then three linear layers; 128,806,154 parameters at the defaults.

    Blocks (number of convolutions, output channels): (1, 64) (1, 128) (2, 256) (2, 512) (2, 512). Then linear 4096, ReLU,
    dropout 0.5; linear 4096, ReLU, dropout 0.5; linear `num_classes`. Takes (N, in_channels, 224, 224), returns logits
    (N, num_classes).
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("TODO: VGG11.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, 224, 224) to logits (N, num_classes)."""
        raise NotImplementedError("TODO: VGG11.forward")


def nin_block(in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int) -> nn.Sequential:
    """A convolution and two 1x1 convolutions, each followed by ReLU: the "mlpconv" layer of Lin et al., 2014.

    `kernel_size`, `stride` and `padding` are those of the first convolution; all three have `out_channels` output
    channels. Takes (N, in_channels, H, W), returns (N, out_channels, H', W') with H' = floor((H + 2P - K)/S) + 1.
    """
    raise NotImplementedError("TODO: nin_block")


def global_average_pool(x: torch.Tensor) -> torch.Tensor:
    """The mean of every feature map: (N, C, H, W) to (N, C), for any H and W."""
    raise NotImplementedError("TODO: global_average_pool")


class NiN(nn.Module):
    """Network in Network (Lin et al., 2014): no linear layer at all; 1,992,166 parameters at the defaults.

    Blocks (output channels @ kernel/stride/padding) 96@11/4/0, 256@5/1/2 and 384@3/1/1, each followed by a max-pool 3x3
    with stride 2; dropout 0.5; a block `num_classes`@3/1/1; global average pooling. Takes (N, in_channels, 224, 224),
    returns logits (N, num_classes).
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("TODO: NiN.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, 224, 224) to logits (N, num_classes)."""
        raise NotImplementedError("TODO: NiN.forward")
