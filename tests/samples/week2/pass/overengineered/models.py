from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "none": nn.Identity}
POOLS: dict[str, Callable[[int], nn.Module]] = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}


@dataclass(frozen=True)
class ConvConfig:
    inputs: int
    outputs: int
    kernel: int = 5
    padding: int = 0
    norm: bool = False
    activation: str = "relu"
    pool: str | None = None


class ConvUnit(nn.Module):
    def __init__(self, config: ConvConfig) -> None:
        super().__init__()
        stages: dict[str, nn.Module] = {
            "conv": nn.Conv2d(config.inputs, config.outputs, config.kernel, padding=config.padding)
        }
        if config.norm:
            stages["norm"] = nn.BatchNorm2d(config.outputs)
        stages["activation"] = ACTIVATIONS[config.activation]()
        if config.pool:
            stages["pool"] = POOLS[config.pool](2)
        self.stages = nn.ModuleDict(stages)

    def forward(self, x: Tensor) -> Tensor:
        for stage in self.stages.values():
            x = stage(x)
        return x


class Classifier(nn.Module, ABC):
    """Base class: a list of convolutions, a list of linear layers, and what comes out."""

    activation: ClassVar[str] = "relu"
    log_probabilities: ClassVar[bool] = False

    def __init__(self, **extra: Any) -> None:
        super().__init__()
        self.extra = extra
        self.register_buffer("version", torch.tensor(1))
        self.head = nn.ModuleList(nn.Linear(*pair) for pair in self.linear_sizes())
        self.body = nn.ModuleList(ConvUnit(config) for config in self.convolutions())

    @abstractmethod
    def linear_sizes(self) -> list[tuple[int, int]]: ...

    def convolutions(self) -> list[ConvConfig]:
        return []

    def features(self, x: Tensor) -> Tensor:
        for unit in self.body:
            x = unit(x)
        return x.flatten(start_dim=1)

    def forward(self, x: Tensor, return_features: bool = False) -> Tensor:
        x = features = self.features(x)
        act = ACTIVATIONS[self.activation]()
        for layer in self.head[:-1]:
            x = act(layer(x))
        x = self.head[-1](x)
        if self.log_probabilities:
            x = nn.functional.log_softmax(x, dim=-1)
        return features if return_features else x


class FullyConnected(Classifier):
    log_probabilities = True

    def __init__(self, input_size: int = 784, hidden_size: int = 8, output_size: int = 10, **extra: Any) -> None:
        self.sizes = (input_size, hidden_size, hidden_size, output_size)  # a tuple may be set before Module.__init__
        super().__init__(**extra)

    def linear_sizes(self) -> list[tuple[int, int]]:
        return list(zip(self.sizes, self.sizes[1:], strict=False))


class SmallCNN(Classifier):
    log_probabilities = True

    def __init__(self, feature_maps: int = 6, **extra: Any) -> None:
        self.feature_maps = feature_maps
        super().__init__(**extra)

    def convolutions(self) -> list[ConvConfig]:
        f = self.feature_maps
        return [ConvConfig(1, f, pool="max"), ConvConfig(f, f, pool="max")]

    def linear_sizes(self) -> list[tuple[int, int]]:
        return [(self.feature_maps * 16, 50), (50, 10)]


class LeNet5(Classifier):
    activation = "tanh"

    def convolutions(self) -> list[ConvConfig]:
        return [
            ConvConfig(1, 6, padding=2, activation="tanh", pool="avg"),
            ConvConfig(6, 16, activation="tanh", pool="avg"),
            ConvConfig(16, 120, activation="tanh"),
        ]

    def linear_sizes(self) -> list[tuple[int, int]]:
        return [(120, 84), (84, 10)]


class CifarNet(Classifier):
    def convolutions(self) -> list[ConvConfig]:
        return [ConvConfig(3, 6, pool="max"), ConvConfig(6, 16, pool="max")]

    def linear_sizes(self) -> list[tuple[int, int]]:
        return [(400, 120), (120, 84), (84, 10)]


class VGG(Classifier):
    cfg: ClassVar = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]

    def convolutions(self) -> list[ConvConfig]:
        channels = [3, *(entry for entry in self.cfg if entry != "M")]
        pooled = [after == "M" for entry, after in zip(self.cfg, self.cfg[1:], strict=False) if entry != "M"]
        return [
            ConvConfig(i, o, kernel=3, padding=1, norm=True, pool="max" if pool else None)
            for i, o, pool in zip(channels, channels[1:], pooled, strict=False)
        ]

    def linear_sizes(self) -> list[tuple[int, int]]:
        return [(512, 10)]
