from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import torch
from models import LeNet5
from torch import Tensor, nn


class Evaluation(NamedTuple):
    loss: float
    accuracy: float


@dataclass
class Average:
    total: float = 0.0
    count: int = 0

    def update(self, value: float, count: int) -> None:
        self.total += value * count
        self.count += count

    def compute(self) -> float:
        return self.total / self.count


@contextmanager
def mode(model: nn.Module, training: bool) -> Iterator[nn.Module]:
    modes = {module: module.training for module in model.modules()}
    try:
        yield model.train(training)
    finally:
        for module, was in modes.items():
            module.training = was


class Trainer:
    def __init__(self, model: nn.Module, loss_fn: Callable[[Tensor, Tensor], Tensor], device: torch.device | str):
        self.model, self.loss_fn, self.device = model, loss_fn, device
        self.hooks: list[Callable[[], None]] = []

    def batches(self, loader: Iterable) -> Iterator[tuple[Tensor, Tensor]]:
        for x, y in loader:
            yield x.to(self.device, non_blocking=True), y.to(self.device, non_blocking=True)

    def fit_one_epoch(self, loader: Iterable, optimizer: torch.optim.Optimizer) -> float:
        average = Average()
        with mode(self.model, True), torch.enable_grad():
            for x, y in self.batches(loader):

                def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
                    optimizer.zero_grad(set_to_none=True)
                    loss = self.loss_fn(self.model(x), y)
                    loss.backward()
                    return loss

                average.update(optimizer.step(closure).item(), y.shape[0])
                for hook in self.hooks:
                    hook()
        return average.compute()

    def evaluate(self, loader: Iterable) -> Evaluation:
        loss, accuracy = Average(), Average()
        with mode(self.model, False), torch.inference_mode():
            for x, y in self.batches(loader):
                output = self.model(x)
                loss.update(self.loss_fn(output, y).item(), y.shape[0])
                accuracy.update((output.argmax(dim=-1) == y).double().mean().item(), y.shape[0])
        return Evaluation(loss.compute(), accuracy.compute())


def count_parameters(model: nn.Module, trainable_only: bool = True) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)


def train_epoch(model, loader, loss_fn, optimizer, device) -> float:
    return Trainer(model, loss_fn, device).fit_one_epoch(loader, optimizer)


def evaluate(model, loader, loss_fn, device) -> tuple[float, float]:
    return tuple(Trainer(model, loss_fn, device).evaluate(loader))


@dataclass(frozen=True)
class Recipe:
    rate: float = 0.1
    momentum: float = 0.9
    warmup: float = 0.1

    def scale(self, progress: float) -> float:
        return min(1.0, (progress + 0.01) / self.warmup) * max(0.0, 1 - progress)


def train_lenet(train_loader, epochs, device, recipe: Recipe = Recipe()) -> LeNet5:
    model = LeNet5().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=recipe.rate, momentum=recipe.momentum, weight_decay=5e-4)
    steps = epochs * len(train_loader)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: recipe.scale(step / steps))
    trainer = Trainer(model, nn.CrossEntropyLoss(label_smoothing=0.05), device)
    trainer.hooks.append(schedule.step)
    for _ in range(epochs):
        trainer.fit_one_epoch(train_loader, optimizer)
    return model


def permute_pixels(images: Tensor, permutation: Tensor) -> Tensor:
    height, width = images.shape[-2:]
    rows, columns = permutation // width, permutation % width
    return images[..., rows, columns].unflatten(-1, (height, width))
