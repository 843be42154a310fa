import torch
from torch import Tensor, nn


class NormReluConv(nn.Sequential):
    def __init__(self, in_channels: int, out_channels: int, kernel: int):
        super().__init__(
            nn.BatchNorm2d(in_channels), nn.ReLU(), nn.Conv2d(in_channels, out_channels, kernel, padding="same", bias=False)
        )


class DenseBlock(nn.Module):
    """Keeps the features as a list and joins them where they are needed."""

    def __init__(self, num_convs: int, in_channels: int, growth_rate: int):
        super().__init__()
        self.layers = nn.ModuleList(NormReluConv(in_channels + i * growth_rate, growth_rate, 3) for i in range(num_convs))

    def forward(self, x: Tensor) -> Tensor:
        features = [x]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        return torch.cat(features, 1)


class TransitionLayer(nn.Module):
    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.mix = NormReluConv(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.avg_pool2d(self.mix(x), 2)


class DenseNet(nn.Module):
    def __init__(self, in_channels: int = 1, num_classes: int = 10, growth_rate: int = 32, convs_per_block=(4, 4, 4, 4)):
        super().__init__()
        *inner, last = convs_per_block
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, width := 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.MaxPool2d(3, 2, 1), nn.ReLU()
        )
        for count in inner:
            self.features.append(DenseBlock(count, width, growth_rate))
            width += count * growth_rate
            self.features.append(TransitionLayer(width, width := width // 2))
        self.features.append(DenseBlock(last, width, growth_rate))
        width += last * growth_rate
        self.norm = nn.BatchNorm2d(width)
        self.head = nn.Conv2d(width, num_classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.features(x)).relu()
        return self.head(nn.functional.adaptive_avg_pool2d(x, 1))[:, :, 0, 0]
