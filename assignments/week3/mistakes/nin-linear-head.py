"""Ends in a linear layer on the pooled features."""

from torch import nn

TASK = "nin"
FILE = "models.py"
HINT = (
    "Your net ends in a linear layer, which is what this one does without: its last block has one map for every class."
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
            nn.Dropout(0.5),
        )
        self.output = nn.Linear(384, num_classes)

    def forward(self, x):
        return self.output(global_average_pool(self.net(x)))
