"""How much CPU time an epoch takes, by what feeds it: LeNet-5 on MNIST, batch 256, one thread.

    python tests/benchmarks/loader.py --data DIR

DIR holds MNIST in torchvision's layout. Three ways take turns every few batches, since on a busy machine one epoch
differs from the next by more than the loaders do: the whole-tensor loader, a loop over tensors written by hand, and the
notes' DataLoader with its transform. Normalising everything once, before the first epoch, is not counted.
Goals: at most 1.10 times the hand-written loop, and less than 0.65 of the DataLoader.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice, permutations
from pathlib import Path

import click
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST

from cnngrade.datasets import find
from cnngrade.sandbox.inside.loaders import TensorLoader, normalised

BATCH = 256
TURN = 5  # batches in a row; 60,000 images are 235, so all ways end on a full turn


def lenet() -> nn.Module:
    """The LeNet-5 of the course page, 61,706 parameters."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten()),
        *(nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)),
    )


class ByHand:
    """What one writes without any loader: shuffle the row numbers, take a slice of them at a time."""

    def __init__(self, images: Tensor, labels: Tensor) -> None:
        self.images, self.labels = images, labels

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.randperm(len(self.images))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            yield self.images[rows], self.labels[rows]


class Training:
    """One way's net and its running epoch, with the CPU seconds it has used."""

    def __init__(self, batches: Iterable[tuple[Tensor, Tensor]]) -> None:
        torch.manual_seed(0)
        self.net = lenet()
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=0.1)
        self.loss_fn = nn.CrossEntropyLoss()
        start = time.process_time()
        self.batches = iter(batches)
        self.seconds = time.process_time() - start

    def advance(self) -> bool:
        """Trains on the next few batches; False when the epoch is over."""
        start = time.process_time()
        count = 0
        for images, labels in islice(self.batches, TURN):
            self.optimizer.zero_grad()
            self.loss_fn(self.net(images), labels).backward()
            self.optimizer.step()
            count += 1
        self.seconds += time.process_time() - start
        return count == TURN


def epochs(ways: dict[str, Iterable[tuple[Tensor, Tensor]]]) -> dict[str, float]:
    """CPU seconds of one epoch each way, all advancing side by side, in every order in turn."""
    running = {name: Training(batches) for name, batches in ways.items()}
    for order in cycle(permutations(running)):
        more = [running[name].advance() for name in order]
        if not all(more):
            return {name: training.seconds for name, training in running.items()}
    raise AssertionError("cycle never ends")


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True, metavar="DIR")
@click.option("--repetitions", type=click.IntRange(min=1), default=3, show_default=True)
def main(data: Path, repetitions: int) -> None:
    """Measure an epoch three ways, and print both ratios."""
    torch.set_num_threads(1)
    arrays = find("mnist", data)
    if arrays is None:
        raise click.UsageError(f"no MNIST in {data}")
    rule = (arrays.mean, arrays.std)
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize(*rule)])
    ways: dict[str, Iterable[tuple[Tensor, Tensor]]] = {
        "TensorLoader": TensorLoader.from_arrays(arrays.train_images, arrays.train_labels, *rule, BATCH, shuffle=True),
        "by hand": ByHand(normalised(arrays.train_images, *rule), torch.from_numpy(arrays.train_labels)),
        "DataLoader": DataLoader(MNIST(str(data), transform=transform), BATCH, shuffle=True, num_workers=0),
    }
    rounds = [epochs(ways) for _ in range(repetitions)]
    for name in ways:
        values = [seconds[name] for seconds in rounds]
        each = ", ".join(f"{value:.2f}" for value in values)
        click.echo(f"{name:13} {statistics.median(values):6.2f} CPU s an epoch  ({each})")
    for other, goal in (("by hand", 1.10), ("DataLoader", 0.65)):
        ratios = [seconds["TensorLoader"] / seconds[other] for seconds in rounds]
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        click.echo(f"TensorLoader / {other:10} = {statistics.median(ratios):.2f}  ({each}; goal: {goal:.2f})")


if __name__ == "__main__":
    main()
