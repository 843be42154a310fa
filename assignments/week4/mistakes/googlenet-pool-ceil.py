"""Rounds its pools' sizes up instead of padding."""

from torch import nn

TASK = "googlenet"
FILE = "inception.py"
HINT = (
    "Your pools have no padding and round up, as one library does. Sizes then agree often, but the windows"
    " lie elsewhere, and so do the maxima."
)


class GoogLeNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        pool = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        self.stem = nn.Sequential(
            nn.Conv2d(in_channels, 64, kernel_size=7, stride=2, padding=3),
            nn.ReLU(),
            pool,
            nn.Conv2d(64, 64, kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(64, 192, kernel_size=3, padding=1),
            nn.ReLU(),
            pool,
        )
        self.stage3 = nn.Sequential(
            InceptionV1(192, 64, (96, 128), (16, 32), 32), InceptionV1(256, 128, (128, 192), (32, 96), 64), pool
        )
        self.stage4 = nn.Sequential(
            InceptionV1(480, 192, (96, 208), (16, 48), 64),
            InceptionV1(512, 160, (112, 224), (24, 64), 64),
            InceptionV1(512, 128, (128, 256), (24, 64), 64),
            InceptionV1(512, 112, (144, 288), (32, 64), 64),
            InceptionV1(528, 256, (160, 320), (32, 128), 128),
            pool,
        )
        self.stage5 = nn.Sequential(
            InceptionV1(832, 256, (160, 320), (32, 128), 128), InceptionV1(832, 384, (192, 384), (48, 128), 128)
        )
        self.fc = nn.Linear(1024, num_classes)

    def forward(self, x):
        x = self.stem(x)
        x = self.stage3(x)
        x = self.stage4(x)
        x = self.stage5(x)
        x = x.mean(dim=(2, 3))
        return self.fc(x)
