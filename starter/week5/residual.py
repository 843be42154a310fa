"""Week 5, residual nets: add the input to what the layers make of it.

Everything takes a batch, float32 (N, C, H, W). The comment behind a line of `forward` is the shape of `x` after it; it
leaves N out. "Batch norm" is PyTorch's `nn.BatchNorm2d` with its defaults, and every 3x3 convolution has padding 1.
"""

import torch
from torch import nn


class PlainResidualBlock(nn.Module):
    """relu(x + conv(relu(conv(x)))): conv 3x3, ReLU, conv 3x3, add the input, ReLU; no batch norm.

    Takes (N, channels, H, W) and returns the same shape: both convolutions have `channels` output channels and padding 1.
    After He et al., Deep Residual Learning for Image Recognition, 2015, figure 2.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        raise NotImplementedError("TODO: PlainResidualBlock.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Maps (N, channels, H, W) to maps of the same shape; leaves `x` as it was."""
        raise NotImplementedError("TODO: PlainResidualBlock.forward")


class MiniResNet(nn.Module):
    """A small residual net for MNIST: 41,514 parameters.

    conv 16@5x5, ReLU, max-pool 2, block(16); conv 32@5x5, ReLU, max-pool 2, block(32); linear 512 to 10. The blocks are
    `PlainResidualBlock`s, the 5x5 convolutions have no padding. Takes (N, 1, 28, 28), returns logits (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        raise NotImplementedError("TODO: MiniResNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 1, 28, 28) to logits (N, 10)."""
        raise NotImplementedError("TODO: MiniResNet.forward")


class ResidualBlock(nn.Module):
    """conv 3x3 with `stride`, batch norm, ReLU, conv 3x3, batch norm; add the shortcut; then ReLU.

    Takes (N, in_channels, H, W), returns (N, out_channels, H', W') with H' = floor((H - 1) / stride) + 1.
    The shortcut is the input itself where the shape stays. When the channels or the size change, and only then, it is a
    bare 1x1 convolution with the same stride: no batch norm, no activation.
    After He et al. 2015, section 3.3, option B.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        raise NotImplementedError("TODO: ResidualBlock.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Maps (N, in_channels, H, W) to maps (N, out_channels, H', W'); leaves `x` as it was."""
        raise NotImplementedError("TODO: ResidualBlock.forward")


class ResNet18(nn.Module):
    """ResNet-18 (He et al., 2015, table 1) for images of any size from 32x32 up.

    conv 64@7x7 with stride 2 and padding 3, batch norm, ReLU, max-pool 3x3 with stride 2 and padding 1; four stages of
    two `ResidualBlock`s with 64, 128, 256 and 512 channels, where the first block of the last three stages has stride 2;
    global average pool; linear. Takes (N, in_channels, H, W), returns logits (N, num_classes).
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("TODO: ResNet18.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, in_channels, H, W) to logits (N, num_classes)."""
        raise NotImplementedError("TODO: ResNet18.forward")
