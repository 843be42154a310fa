"""Uses the large kernel three times."""

from torch import nn

TASK = "nin-block"
FILE = "models.py"
ALSO = ["nin"]
HINT = (
    "All three of your convolutions look at a neighbourhood. Only the first should; the others mix the"
    " channels of one place."
)


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size, padding="same"),
        nn.ReLU(),
        nn.Conv2d(out_channels, out_channels, kernel_size, padding="same"),
        nn.ReLU(),
    )
