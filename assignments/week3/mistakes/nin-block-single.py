"""Has one 1x1 convolution."""

from torch import nn

TASK = "nin-block"
FILE = "models.py"
ALSO = ["nin"]
HINT = (
    "Your block has two layers. A small net at every place is asked for: behind the convolution, two"
    " layers that look at one place only."
)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size=1),
        nn.ReLU(),
    )
