"""Takes num_classes first and in_channels second."""

from torch import nn

TASK = "nin"
FILE = "models.py"
HINT = (
    "Called with two numbers and no names, your net mixes up channels and classes. The order of the"
    " arguments is part of the task."
)


class NiN(nn.Module):
    def __init__(self, num_classes=10, in_channels=1):
        super().__init__()
        self.net = nn.Sequential(
            nin_block(in_channels, 96, kernel_size=11, stride=4, padding=0),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nin_block(96, 256, kernel_size=5, stride=1, padding=2),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nin_block(256, 384, kernel_size=3, stride=1, padding=1),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Dropout(0.5),
            nin_block(384, num_classes, kernel_size=3, stride=1, padding=1),
        )

    def forward(self, x):
        return global_average_pool(self.net(x))
