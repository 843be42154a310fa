"""Blocks described by data, built by one builder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

import torch
from torch import Tensor, nn


class Kind(Enum):
    CONV = "conv"
    POOL = "pool"


@dataclass(frozen=True)
class Step:
    kind: Kind
    width: int = 0
    kernel: int = 1


@dataclass(frozen=True)
class Plan:
    paths: Sequence[Sequence[Step]]
    activation: type[nn.Module] = nn.Identity
    options: dict = field(default_factory=dict)

    @property
    def width(self) -> int:
        return sum(next(s.width for s in reversed(path) if s.kind is Kind.CONV) for path in self.paths)


def conv(width: int, kernel: int = 1) -> Step:
    return Step(Kind.CONV, width, kernel)


class Branching(nn.Module):
    def __init__(self, in_channels: int, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        for number, path in enumerate(plan.paths):
            setattr(self, f"branch_{number}", nn.Sequential(*self._layers(in_channels, path)))

    def _layers(self, channels: int, path: Iterable[Step]) -> Iterable[nn.Module]:
        for step in path:
            match step.kind:
                case Kind.CONV:
                    yield nn.Conv2d(channels, step.width, step.kernel, padding=step.kernel // 2)
                    yield self.plan.activation(**self.plan.options)
                    channels = step.width
                case Kind.POOL:
                    yield nn.MaxPool2d(step.kernel, stride=1, padding=step.kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        n, _, h, w = x.shape
        outputs = {k: getattr(self, f"branch_{k}")(x) for k in reversed(range(len(self.plan.paths)))}
        result = torch.cat([outputs[k] for k in sorted(outputs)], dim=1)
        assert result.shape == (n, self.plan.width, h, w)
        return result


class Inception(Branching):
    def __init__(self, in_channels: int) -> None:
        paths = [[conv(16)], [conv(16), conv(24, 3), conv(24, 3)], [conv(16), conv(24, 5)], [conv(24)]]
        super().__init__(in_channels, Plan(paths))


class InceptionV1(Branching):
    def __init__(self, in_channels: int, c1: int, c2: Sequence[int], c3: Sequence[int], c4: int) -> None:
        paths = [
            [conv(c1)],
            [conv(c2[0]), conv(c2[1], 3)],
            [conv(c3[0]), conv(c3[1], 5)],
            [Step(Kind.POOL, kernel=3), conv(c4)],
        ]
        super().__init__(in_channels, Plan(paths, nn.ReLU, {"inplace": True}))


class MiniGoogLeNet(nn.Module):
    def __init__(self, num_classes: int = 10, widths: Sequence[int] = (10, 20)) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 1
        for width in widths:
            layers += [nn.Conv2d(channels, width, 5), nn.MaxPool2d(2, 2), nn.ReLU(), Inception(width)]
            channels = layers[-1].plan.width
        self.features = nn.Sequential(*layers)
        with torch.no_grad():
            size = self.features(torch.zeros(1, 1, 28, 28)).numel()
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(size, num_classes))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.features(x))


class GoogLeNet(nn.Module):
    BLOCKS: ClassVar = {
        "3a": (64, (96, 128), (16, 32), 32),
        "3b": (128, (128, 192), (32, 96), 64),
        "4a": (192, (96, 208), (16, 48), 64),
        "4b": (160, (112, 224), (24, 64), 64),
        "4c": (128, (128, 256), (24, 64), 64),
        "4d": (112, (144, 288), (32, 64), 64),
        "4e": (256, (160, 320), (32, 128), 128),
        "5a": (256, (160, 320), (32, 128), 128),
        "5b": (384, (192, 384), (48, 128), 128),
    }

    def __init__(self, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        net = nn.Sequential()
        net.add_module("conv1", nn.Conv2d(in_channels, 64, (7, 7), (2, 2), (3, 3)))
        net.add_module("relu1", nn.ReLU(inplace=True))
        net.add_module("pool1", self._pool())
        net.add_module("conv2a", nn.Conv2d(64, 64, 1))
        net.add_module("relu2a", nn.ReLU(inplace=True))
        net.add_module("conv2b", nn.Conv2d(64, 192, 3, 1, 1))
        net.add_module("relu2b", nn.ReLU(inplace=True))
        stage, channels = "2", 192
        for name, widths in self.BLOCKS.items():
            if name[0] != stage:
                net.add_module(f"pool{stage}", self._pool())
                stage = name[0]
            block = InceptionV1(channels, *widths)
            net.add_module(f"inception{name}", block)
            channels = block.plan.width
        self.net = net
        self.classifier = nn.Linear(channels, num_classes)

    @staticmethod
    def _pool() -> nn.Module:
        return nn.MaxPool2d(3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.net(x).mean((-2, -1)))
