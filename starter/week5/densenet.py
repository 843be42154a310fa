"""Week 5, DenseNet: put what the layers make of the input behind the input.

Everything takes a batch, float32 (N, C, H, W). The comment behind a line of `forward` is the shape of `x` after it; it
leaves N out. "Batch norm" is PyTorch's `nn.BatchNorm2d` with its defaults.
"""

from collections.abc import Sequence

import torch
from torch import nn


class DenseBlock(nn.Module):
    """`num_convs` conv blocks; the output of each is concatenated behind its input, and that is the next one's input.

    A conv block is batch norm, ReLU, conv 3x3 with padding 1 and `growth_rate` output channels. Takes
    (N, in_channels, H, W), returns (N, in_channels + num_convs * growth_rate, H, W): the input comes first, then the
    output of the first conv block, and so on. After Huang et al., Densely Connected Convolutional Networks, 2017, figure 1.
    """

    def __init__(self, num_convs: int, in_channels: int, growth_rate: int) -> None:
        super().__init__()
        raise NotImplementedError("TODO: DenseBlock.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Maps (N, in_channels, H, W) to (N, in_channels + num_convs * growth_rate, H, W); leaves `x` as it was."""
        raise NotImplementedError("TODO: DenseBlock.forward")


class TransitionLayer(nn.Module):
    """Batch norm, ReLU, 1x1 convolution, average-pool 2: fewer channels, and half the size.

    Takes (N, in_channels, H, W), returns (N, out_channels, H', W') with H' = floor(H / 2). After Huang et al. 2017, section 3.
    """

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        raise NotImplementedError("TODO: TransitionLayer.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Maps (N, in_channels, H, W) to maps (N, out_channels, H', W'); leaves `x` as it was."""
        raise NotImplementedError("TODO: TransitionLayer.forward")


class DenseNet(nn.Module):
    """A small DenseNet for images of any size from 32x32 up.

    The stem of ResNet-18 (conv 64@7x7 with stride 2 and padding 3, batch norm, ReLU, max-pool 3x3 with stride 2 and
    padding 1); four `DenseBlock`s, of `convs_per_block` convolutions each, with a `TransitionLayer` that halves the
    channels between two of them; batch norm, ReLU, global average pool, linear. Takes (N, in_channels, H, W), returns
    logits (N, num_classes).
    """

    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 10,
        growth_rate: int = 32,
        convs_per_block: Sequence[int] = (4, 4, 4, 4),
    ) -> None:
        super().__init__()
        raise NotImplementedError("TODO: DenseNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, H, W) to logits (N, num_classes)."""
        raise NotImplementedError("TODO: DenseNet.forward")
