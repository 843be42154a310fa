"""Week 2, models: from a fully connected net to LeNet, and on to VGG.

Every net takes a batch of images, float32 (N, C, H, W), and returns one row of 10 numbers per image, (N, 10).
The comment behind a line of `forward` is the shape of `x` after it; it leaves N out.
"""

import torch
from torch import nn


class FullyConnected(nn.Module):
    """Three linear layers, ReLU after the first two, log-softmax after the last.

    Takes images (N, 1, 28, 28), or any (N, ...) with `input_size` numbers per image; returns log-probabilities
    (N, output_size). Both hidden layers have `hidden_size` units.
    """

    def __init__(self, input_size: int = 784, hidden_size: int = 8, output_size: int = 10) -> None:
        super().__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.fc2 = nn.Linear(hidden_size, hidden_size)
        self.fc3 = nn.Linear(hidden_size, output_size)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, ...) to log-probabilities (N, output_size)."""
        x = torch.flatten(x, 1)  # 784: everything but the batch
        x = torch.relu(self.fc1(x))  # 8
        x = torch.relu(self.fc2(x))  # 8
        x = self.fc3(x)  # 10
        return torch.log_softmax(x, dim=1)


class SmallCNN(nn.Module):
    """Two convolutions and two linear layers: 6,422 parameters at the default.

    conv 5x5, ReLU, max-pool 2, conv 5x5, ReLU, max-pool 2, linear 50, ReLU, linear 10, log-softmax. Both convolutions
    have `feature_maps` output channels and no padding. Takes (N, 1, 28, 28), returns log-probabilities (N, 10).
    """

    def __init__(self, feature_maps: int = 6) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, feature_maps, kernel_size=5)
        self.conv2 = nn.Conv2d(feature_maps, feature_maps, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(feature_maps * 4 * 4, 50)
        self.fc2 = nn.Linear(50, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 1, 28, 28) to log-probabilities (N, 10)."""
        x = torch.relu(self.conv1(x))  # 6, 24, 24
        x = self.pool(x)  # 6, 12, 12
        x = torch.relu(self.conv2(x))  # 6, 8, 8
        x = self.pool(x)  # 6, 4, 4
        x = torch.flatten(x, 1)  # 96
        x = torch.relu(self.fc1(x))  # 50
        x = self.fc2(x)  # 10
        return torch.log_softmax(x, dim=1)


class LeNet5(nn.Module):
    """LeNet-5 (LeCun et al., 1998) with plain average pooling: 61,706 parameters.

    conv 6@5x5 with padding 2, tanh, average-pool 2; conv 16@5x5, tanh, average-pool 2; conv 120@5x5, tanh; linear 84,
    tanh; linear 10. Takes (N, 1, 28, 28), returns logits (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.conv3 = nn.Conv2d(16, 120, kernel_size=5)
        self.pool = nn.AvgPool2d(2)
        self.fc1 = nn.Linear(120, 84)
        self.fc2 = nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 1, 28, 28) to logits (N, 10)."""
        x = torch.relu(self.conv1(x))  # 6, 28, 28
        x = self.pool(x)  # 6, 14, 14
        x = torch.relu(self.conv2(x))  # 16, 10, 10
        x = self.pool(x)  # 16, 5, 5
        x = torch.relu(self.conv3(x))  # 120, 1, 1
        x = torch.flatten(x, 1)  # 120
        x = torch.relu(self.fc1(x))  # 84
        return self.fc2(x)  # 10


class CifarNet(nn.Module):
    """A LeNet for colour images, with ReLU and max-pooling: 62,006 parameters.

    conv 6@5x5, ReLU, max-pool 2; conv 16@5x5, ReLU, max-pool 2; linear 120, ReLU; linear 84, ReLU; linear 10.
    Takes (N, 3, 32, 32), returns logits (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, kernel_size=5)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 3, 32, 32) to logits (N, 10)."""
        x = torch.relu(self.conv1(x))  # 6, 28, 28
        x = self.pool(x)  # 6, 14, 14
        x = torch.relu(self.conv2(x))  # 16, 10, 10
        x = self.pool(x)  # 16, 5, 5
        x = torch.flatten(x, 1)  # 400
        x = torch.relu(self.fc1(x))  # 120
        x = torch.relu(self.fc2(x))  # 84
        return self.fc3(x)  # 10


class VGG(nn.Module):
    """A small VGG: convolutions 3x3 with padding 1, each followed by batch norm and ReLU; "M" is a max-pool 2.

    Takes (N, 3, 32, 32), returns logits (N, 10).
    """

    cfg = (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M")

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for entry in self.cfg:
            if entry == "M":
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(channels, entry, kernel_size=3, padding=1), nn.BatchNorm2d(entry), nn.ReLU()]
                channels = entry
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(2048, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 3, 32, 32) to logits (N, 10)."""
        x = self.features(x)  # 512 channels; five pools have halved 32x32 five times
        x = torch.flatten(x, 1)
        return self.classifier(x)  # 10
