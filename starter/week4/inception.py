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
        raise NotImplementedError("TODO: Inception.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, in_channels, H, W) to (N, 88, H, W)."""
        raise NotImplementedError("TODO: Inception.forward")


class MiniGoogLeNet(nn.Module):
    """Two convolutions, each followed by ReLU, a max-pool 2 and an Inception block: 97,298 parameters.

    conv 10@5x5, ReLU, max-pool 2, Inception(10), conv 20@5x5, ReLU, max-pool 2, Inception(20), linear 1408 to 10. The
    convolutions are not padded. Takes images (N, 1, 28, 28), returns logits (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        raise NotImplementedError("TODO: MiniGoogLeNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 1, 28, 28) to logits (N, 10)."""
        raise NotImplementedError("TODO: MiniGoogLeNet.forward")


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
        raise NotImplementedError("TODO: InceptionV1.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, in_channels, H, W) to (N, c1 + c2[1] + c3[1] + c4, H, W)."""
        raise NotImplementedError("TODO: InceptionV1.forward")


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
        raise NotImplementedError("TODO: GoogLeNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, H, W) to logits (N, num_classes)."""
        raise NotImplementedError("TODO: GoogLeNet.forward")
