"""Drops whole feature maps."""

from torch import nn

TASK = "nin"
FILE = "models.py"
HINT = (
    "You drop maps as a whole, all of their places together. Asked for is the plain kind, which draws for"
    " every number by itself."
)


class NiN(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nin_block(in_channels, 96, kernel_size=11, stride=4, padding=0),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nin_block(96, 256, kernel_size=5, stride=1, padding=2),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nin_block(256, 384, kernel_size=3, stride=1, padding=1),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Dropout2d(0.5),
            nin_block(384, num_classes, kernel_size=3, stride=1, padding=1),
        )

    def forward(self, x):
        return global_average_pool(self.net(x))
