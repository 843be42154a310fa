"""Has no ReLU."""

from torch import nn

TASK = "transition-layer"
FILE = "densenet.py"
HINT = "Norm, convolution and average are all linear in eval mode. Which step of the four is missing?"
ALSO = ["densenet"]


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size=1)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x):
        x = self.norm(x)
        return self.pool(self.conv(x))
