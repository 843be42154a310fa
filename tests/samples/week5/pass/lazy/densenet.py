import torch
import torch.nn as nn


def conv_block(num_channels):
    return nn.Sequential(nn.LazyBatchNorm2d(), nn.ReLU(), nn.LazyConv2d(num_channels, kernel_size=3, padding=1))


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        self.net = nn.Sequential(*[conv_block(growth_rate) for _ in range(num_convs)])

    def forward(self, X):
        for blk in self.net:
            X = torch.cat((X, blk(X)), dim=1)
        return X


class TransitionLayer(nn.Sequential):
    def __init__(self, in_channels, out_channels):
        super().__init__(
            nn.LazyBatchNorm2d(), nn.ReLU(), nn.LazyConv2d(out_channels, kernel_size=1), nn.AvgPool2d(2, stride=2)
        )


class DenseNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, growth_rate=32, convs_per_block=(4, 4, 4, 4), num_channels=64):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(num_channels, kernel_size=7, stride=2, padding=3),
            nn.LazyBatchNorm2d(),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        for i, num_convs in enumerate(convs_per_block):
            self.net.add_module(f"dense_blk{i + 1}", DenseBlock(num_convs, num_channels, growth_rate))
            num_channels += num_convs * growth_rate
            if i != len(convs_per_block) - 1:
                num_channels //= 2
                self.net.add_module(f"tran_blk{i + 1}", TransitionLayer(None, num_channels))
        self.net.add_module(
            "last",
            nn.Sequential(
                nn.LazyBatchNorm2d(), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.LazyLinear(num_classes)
            ),
        )

    def forward(self, x):
        return self.net(x)
