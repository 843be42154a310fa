"""Averages the last maps before the linear layers."""

from torch import nn

TASK = "vgg11"
FILE = "models.py"
HINT = (
    "You reduce each of the last maps to one number. Here every place of the 7x7 maps has weights of its"
    " own in the first linear layer, which is why that layer is so large."
)


class VGG11(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            vgg_block(1, in_channels, 64),
            vgg_block(1, 64, 128),
            vgg_block(2, 128, 256),
            vgg_block(2, 256, 512),
            vgg_block(2, 512, 512),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(512, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.net(x)
