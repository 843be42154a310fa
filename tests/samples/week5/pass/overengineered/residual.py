from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

REGISTRY: dict[str, type[nn.Module]] = {}


def register(cls: type[nn.Module]) -> type[nn.Module]:
    REGISTRY[cls.__name__] = cls
    return cls


@dataclass(frozen=True)
class BlockConfig:
    in_channels: int
    out_channels: int
    stride: int = 1
    norm: bool = True
    bias: bool = True

    @property
    def changes_shape(self) -> bool:
        return self.stride != 1 or self.in_channels != self.out_channels


@dataclass
class StageConfig:
    width: int
    blocks: int = 2
    stride: int = 2
    extra: dict[str, Any] = field(default_factory=dict)


class Combine(nn.Module):
    def __init__(self, how: Callable[[Tensor, Tensor], Tensor] = torch.add) -> None:
        super().__init__()
        self.how = how

    def forward(self, shortcut: Tensor, change: Tensor) -> Tensor:
        return self.how(shortcut, change)


class BaseBlock(nn.Module, ABC):
    """Template method: change, shortcut, combine, activate."""

    def __init__(self, config: BlockConfig, **unused: Any) -> None:
        super().__init__()
        self.config = config
        self.combine = Combine()
        self.activation = nn.ReLU()
        self.main = nn.Sequential()
        for index, module in enumerate(self.build(config)):
            self.main.add_module(f"stage_{index}", module)
        self.skip = self.build_skip(config)
        self.register_buffer("calls", torch.zeros((), dtype=torch.long))

    @abstractmethod
    def build(self, config: BlockConfig) -> Iterator[nn.Module]: ...

    def build_skip(self, config: BlockConfig) -> nn.Module:
        if not config.changes_shape:
            return nn.Identity()
        return nn.Conv2d(config.in_channels, config.out_channels, 1, config.stride, bias=config.bias)

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return self.activation(self.combine(self.skip(x), self.main(x)))


@register
class PlainResidualBlock(BaseBlock):
    def __init__(self, channels: int, **unused: Any) -> None:
        super().__init__(BlockConfig(channels, channels, norm=False), **unused)

    def build(self, config: BlockConfig) -> Iterator[nn.Module]:
        yield nn.Conv2d(config.in_channels, config.out_channels, 3, padding=1)
        yield nn.ReLU()
        yield nn.Conv2d(config.out_channels, config.out_channels, 3, padding=1)


@register
class ResidualBlock(BaseBlock):
    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, bias: bool = True, **unused: Any) -> None:
        super().__init__(BlockConfig(in_channels, out_channels, stride, bias=bias), **unused)

    def build(self, config: BlockConfig) -> Iterator[nn.Module]:
        yield nn.Conv2d(config.in_channels, config.out_channels, 3, config.stride, 1, bias=config.bias)
        yield nn.BatchNorm2d(config.out_channels)
        yield nn.ReLU()
        yield nn.Conv2d(config.out_channels, config.out_channels, 3, 1, 1, bias=config.bias)
        yield nn.BatchNorm2d(config.out_channels)


class Pipeline(nn.Module):
    """A list of named steps, and a hook for whoever wants to look in between."""

    def __init__(self, *steps: tuple[str, nn.Module]) -> None:
        super().__init__()
        self.steps = nn.ModuleDict(dict(steps))
        self.watchers: list[Callable[[str, Tensor], None]] = []

    def forward(self, x: Tensor) -> Tensor:
        for name, step in self.steps.items():
            x = step(x)
            for watch in self.watchers:
                watch(name, x)
        return x


@register
class MiniResNet(Pipeline):
    def __init__(self, widths: tuple[int, int] = (16, 32), num_classes: int = 10) -> None:
        steps: list[tuple[str, nn.Module]] = []
        before = 1
        for index, width in enumerate(widths):
            steps += [
                (f"conv{index}", nn.Conv2d(before, width, 5)),
                (f"relu{index}", nn.ReLU()),
                (f"pool{index}", nn.MaxPool2d(2)),
                (f"block{index}", REGISTRY["PlainResidualBlock"](width)),
            ]
            before = width
        steps += [("flatten", nn.Flatten()), ("classifier", nn.Linear(before * 16, num_classes))]
        super().__init__(*steps)


class GlobalAveragePool(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.mean(dim=(-1, -2))


@register
class ResNet18(Pipeline):
    stages = (StageConfig(64, stride=1), StageConfig(128), StageConfig(256), StageConfig(512))

    def __init__(self, in_channels: int = 1, num_classes: int = 10, **kwargs: Any) -> None:
        width = kwargs.pop("stem_width", 64)
        steps: list[tuple[str, nn.Module]] = [
            ("conv", nn.Conv2d(in_channels, width, 7, 2, 3, bias=False)),
            ("norm", nn.BatchNorm2d(width)),
            ("relu", nn.ReLU()),
            ("pool", nn.MaxPool2d(3, 2, 1)),
        ]
        for number, stage in enumerate(self.stages):
            for block in range(stage.blocks):
                stride = stage.stride if block == 0 else 1
                steps.append((f"stage{number}_block{block}", ResidualBlock(width, stage.width, stride, **stage.extra)))
                width = stage.width
        steps += [("gap", GlobalAveragePool()), ("classifier", nn.Linear(width, num_classes))]
        super().__init__(*steps)
