from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch.utils.data import DataLoader, Dataset
from torchvision import transforms


class Phase(enum.Enum):
    TRAIN = "train"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Statistics:
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def normalize(self) -> transforms.Normalize:
        return transforms.Normalize(self.mean, self.std)


class TransformBuilder(Protocol):
    def build(self, phase: Phase) -> Callable[..., Any]: ...


@dataclass(frozen=True)
class Pipeline:
    statistics: Statistics
    augmentation: Sequence[Callable[..., Any]] = field(default_factory=tuple)

    def build(self, phase: Phase) -> transforms.Compose:
        steps: list[Callable[..., Any]] = list(self.augmentation) if phase is Phase.TRAIN else []
        steps.extend((transforms.ToTensor(), self.statistics.normalize()))
        return transforms.Compose(steps)


REGISTRY: dict[str, TransformBuilder] = {
    "mnist": Pipeline(Statistics((0.1307,), (0.3081,))),
    "cifar10": Pipeline(
        Statistics((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)),
        (transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()),
    ),
}


def mnist_transform(phase: Phase = Phase.TEST) -> Callable[..., Any]:
    return REGISTRY["mnist"].build(phase)


def cifar10_train_transform() -> Callable[..., Any]:
    return REGISTRY["cifar10"].build(Phase.TRAIN)


def cifar10_test_transform() -> Callable[..., Any]:
    return REGISTRY["cifar10"].build(Phase.TEST)


class PhasedLoader(DataLoader):
    """A DataLoader that knows what it is for."""

    def __init__(self, dataset: Dataset, phase: Phase, **options: Any) -> None:
        self.phase = phase
        super().__init__(dataset, shuffle=phase is Phase.TRAIN, **options)


def make_loaders(
    train_set: Dataset, test_set: Dataset, batch_size: int, num_workers: int = 0, **options: Any
) -> tuple[DataLoader, DataLoader]:
    options |= {"batch_size": batch_size, "num_workers": num_workers}
    return PhasedLoader(train_set, Phase.TRAIN, **options), PhasedLoader(test_set, Phase.TEST, **options)
