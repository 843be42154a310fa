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
        raise NotImplementedError("TODO: FullyConnected.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, ...) to log-probabilities (N, output_size)."""
        raise NotImplementedError("TODO: FullyConnected.forward")


class SmallCNN(nn.Module):
    """Two convolutions and two linear layers: 6,422 parameters at the default.

    conv 5x5, ReLU, max-pool 2, conv 5x5, ReLU, max-pool 2, linear 50, ReLU, linear 10, log-softmax. Both convolutions
    have `feature_maps` output channels and no padding. Takes (N, 1, 28, 28), returns log-probabilities (N, 10).
    """

    def __init__(self, feature_maps: int = 6) -> None:
        super().__init__()
        raise NotImplementedError("TODO: SmallCNN.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 1, 28, 28) to log-probabilities (N, 10)."""
        raise NotImplementedError("TODO: SmallCNN.forward")


class LeNet5(nn.Module):
    """LeNet-5 (LeCun et al., 1998) with plain average pooling: 61,706 parameters.

    conv 6@5x5 with padding 2, tanh, average-pool 2; conv 16@5x5, tanh, average-pool 2; conv 120@5x5, tanh; linear 84,
    tanh; linear 10. Takes (N, 1, 28, 28), returns logits (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        raise NotImplementedError("TODO: LeNet5.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 1, 28, 28) to logits (N, 10)."""
        raise NotImplementedError("TODO: LeNet5.forward")


class CifarNet(nn.Module):
    """A LeNet for colour images, with ReLU and max-pooling: 62,006 parameters.

    conv 6@5x5, ReLU, max-pool 2; conv 16@5x5, ReLU, max-pool 2; linear 120, ReLU; linear 84, ReLU; linear 10.
    Takes (N, 3, 32, 32), returns logits (N, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        raise NotImplementedError("TODO: CifarNet.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Images (N, 3, 32, 32) to logits (N, 10)."""
        raise NotImplementedError("TODO: CifarNet.forward")


class VGG(nn.Module):
    """A small VGG: convolutions 3x3 with padding 1, each followed by batch norm and ReLU; "M" is a max-pool 2.

    Takes (N, 3, 32, 32), returns logits (N, 10).
    """

    cfg = (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M")

    def __init__(self) -> None:
        raise NotImplementedError("TODO: VGG: find the two mistakes in this class, then delete this line")
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
