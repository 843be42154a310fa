"""Has a single ReLU, at the end."""

from torch import nn

TASK = "nin-block"
FILE = "models.py"
ALSO = ["nin"]
HINT = (
    "Without an activation between them your 1x1 convolutions melt into the convolution in front of them:"
    " the block is then one convolution."
)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
    )
