from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from residual import GlobalAveragePool, Pipeline, register
from torch import Tensor, nn


class Grows(Protocol):
    out_channels: int


class ConvBlock(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, kernel: int, **options: Any) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(in_channels)
        self.activation = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2, **options)
        self.out_channels = out_channels

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(self.activation(self.norm(x)))


@register
class DenseBlock(nn.Module):
    """Recursion: a dense block of n convs is a conv block, and a dense block of n - 1 convs on what comes out."""

    def __init__(self, num_convs: int, in_channels: int, growth_rate: int, **options: Any) -> None:
        super().__init__()
        self.out_channels = in_channels + num_convs * growth_rate
        self.first: ConvBlock | None = None
        self.rest: DenseBlock | None = None
        if num_convs:
            self.first = ConvBlock(in_channels, growth_rate, 3, **options)
            self.rest = DenseBlock(num_convs - 1, in_channels + growth_rate, growth_rate, **options)

    def forward(self, x: Tensor) -> Tensor:
        if self.first is None or self.rest is None:
            return x
        return self.rest(torch.cat([x, self.first(x)], dim=-3))


@register
class TransitionLayer(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, compression: None = None, **options: Any) -> None:
        super().__init__()
        self.out_channels = out_channels
        self.body = ConvBlock(in_channels, out_channels, 1, **options)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(self.body(x))


@register
class DenseNet(Pipeline):
    def __init__(
        self,
        in_channels: int = 1,
        num_classes: int = 10,
        growth_rate: int = 32,
        convs_per_block: Sequence[int] = (4, 4, 4, 4),
        *,
        stem_width: int = 64,
        theta: float = 0.5,
    ) -> None:
        steps: list[tuple[str, nn.Module]] = [
            ("conv", nn.Conv2d(in_channels, stem_width, 7, 2, 3)),
            ("norm", nn.BatchNorm2d(stem_width)),
            ("relu", nn.ReLU()),
            ("pool", nn.MaxPool2d(3, 2, 1)),
        ]
        width, last = stem_width, len(convs_per_block) - 1
        for number, count in enumerate(convs_per_block):
            block: Grows = DenseBlock(count, width, growth_rate)
            steps.append((f"dense{number}", block))
            width = block.out_channels
            if number < last:
                transition: Grows = TransitionLayer(width, int(theta * width))
                steps.append((f"transition{number}", transition))
                width = transition.out_channels
        steps += [
            ("last_norm", nn.BatchNorm2d(width)),
            ("last_relu", nn.ReLU()),
            ("gap", GlobalAveragePool()),
            ("classifier", nn.Linear(width, num_classes)),
        ]
        super().__init__(*steps)
