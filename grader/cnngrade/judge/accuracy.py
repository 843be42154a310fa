"""Judges a trained network: the parameters come out, and the test images never go in.

Training runs inside, on images whose labels are renamed by a secret permutation of the classes. So a network that was
trained elsewhere, or a table of known digits, answers with the wrong names. The trained parameters come back. Outside,
they are put into our own implementation, which classifies the held-back images. No label and no test image ever exists
beside the student's code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnngrade.course.assignment import DataChoice, Training
from cnngrade.datasets import Arrays
from cnngrade.judge.draws import Draws
from cnngrade.judge.failures import Failure, Wrong

_SHOWN = 12  # misclassified images in a report


@dataclass(frozen=True)
class TrainedNet:
    """One training of a contest. `net` is the symbol of the net, and `permuted` says whether its pixels are permuted."""

    net: str
    permuted: bool = False

    @property
    def net_name(self) -> str:
        """The name without its file, such as `SmallCNN`."""
        return self.net.partition(":")[2]

    @property
    def name(self) -> str:
        """The name in reports, `SmallCNN` or `SmallCNN on permuted pixels`."""
        return self.net_name + (" on permuted pixels" if self.permuted else "")


@dataclass
class Contest:
    """One accuracy task: the data, the budget, the threshold, and the figures that go into the report.

    Most have one entry, a net that is trained and has to reach the threshold. An experiment has several entries. Each
    of them has to reach it, and the figures compare them.
    """

    arrays: Arrays
    choice: DataChoice
    training: Training
    draws: Draws
    figures: dict[str, Any]
    attempts: int = 2

    @property
    def entries(self) -> list[TrainedNet]:
        """The trainings of this contest, in order."""
        ways = (False, True) if self.training.permute else (False,)
        return [TrainedNet(net, permuted) for net in self.training.nets for permuted in ways]

    @property
    def is_single(self) -> bool:
        """Whether there is only one net, for which losses and confusions are shown."""
        return len(self.entries) == 1

    def training_data(self, entry: TrainedNet, attempt: int, rename: bool = True) -> dict[str, Any]:
        """Returns what a training probe gets: images, renamed labels, normalisation, budget, and the symbols of what trains.

        The seed that goes inside reveals nothing of the classes' names, because the two are drawn separately.
        """
        labels = torch.from_numpy(self.arrays.train_labels).long()
        return {
            "images": torch.from_numpy(self.arrays.train_images),
            "labels": torch.from_numpy(self._names(attempt))[labels] if rename else labels,
            "mean": list(self.arrays.mean),
            "std": list(self.arrays.std),
            "batch_size": self.choice.batch_size,
            "epochs": self.choice.epochs,
            "net": entry.net,
            "by": self.training.by,
            "epoch": self.training.epoch,
            "permute": self.training.permute,
            "permutation": self._permutation if entry.permuted else None,
            "seed": self.draws.number("training", attempt, bits=31),
        }

    def _names(self, attempt: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Returns the new name of class i at [i], by a permutation that only the outside knows."""
        return self._order(len(self.arrays.classes), "classes", attempt)

    def _order(self, count: int, *key: object) -> np.ndarray[Any, np.dtype[np.int64]]:
        generator = np.random.default_rng(self.draws.number(*key, bits=128))
        return generator.permutation(count).astype(np.int64)

    @property
    def _permutation(self) -> Tensor:
        """The order (H * W,) of the pixels. All entries with permuted pixels share it."""
        height, width = self.arrays.test_images.shape[1:3]
        return torch.from_numpy(self._order(height * width, "pixels"))

    def test_images(self, entry: TrainedNet) -> Tensor:
        """Returns the held-back images as the entry sees them, uint8 (N, H, W) or (N, H, W, C)."""
        images = torch.from_numpy(self.arrays.test_images)
        return images.flatten(1, 2)[:, self._permutation].reshape(images.shape) if entry.permuted else images

    @property
    def normalization(self) -> tuple[list[float], list[float]]:
        """The mean and the standard deviation per channel."""
        return list(self.arrays.mean), list(self.arrays.std)

    def reach(self, attempt: Callable[[TrainedNet, int], Iterable[Tensor]], rename: bool = True) -> None:
        """Judges up to `attempts` training runs of each entry. Raises `Wrong` if an entry reaches the threshold in none.

        `attempt(entry, number)` trains, and yields answers (N,) to the test images by one or more readings of the
        trained parameters. The best answers count. A training below the threshold is repeated with another seed before
        it counts.
        """
        started = time.monotonic()
        missed = []
        for entry in self.entries:
            best = -1.0
            for number in range(self.attempts):
                for answers in attempt(entry, number):
                    accuracy = self._accuracy(answers, number, rename)
                    best = max(best, accuracy)
                    if accuracy == best:
                        self._record(entry, answers, accuracy, number, rename)
                    if accuracy >= self.choice.threshold:
                        break
                self.figures["seconds"] = round(time.monotonic() - started, 1)
                if best >= self.choice.threshold:
                    break
            else:
                missed.append(("" if self.is_single else f"{entry.name}: ") + self._shortfall(best))
        if missed:
            raise Wrong("\n".join(missed))

    def _shortfall(self, best: float) -> str:
        return (
            f"{best:.2%} of {len(self.arrays.test_labels):,} test images are right, {self.choice.threshold:.2%} are asked for "
            f"({self.arrays.name}, {self.choice.epochs} epochs at batch {self.choice.batch_size}, best of {self.attempts} runs)"
        )

    def _class_answers(self, answers: Tensor, attempt: int, rename: bool) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Returns the answers with the real names of the classes."""
        if answers.shape != (len(self.arrays.test_labels),) or answers.dtype != torch.int64:
            raise Wrong(f"expected one class for each of {len(self.arrays.test_labels)} images")
        count = len(self.arrays.classes)
        real = np.argsort(self._names(attempt)) if rename else np.arange(count)
        given = answers.numpy()
        return np.asarray(np.where((given >= 0) & (given < count), real[given.clip(0, count - 1)], -1), dtype=np.int64)

    def _accuracy(self, answers: Tensor, attempt: int, rename: bool) -> float:
        return float((self._class_answers(answers, attempt, rename) == self.arrays.test_labels).mean())

    def _record(self, entry: TrainedNet, answers: Tensor, accuracy: float, attempt: int, rename: bool) -> None:
        self.figures.update(
            data=self.arrays.name,
            accuracy=round(accuracy, 6),
            threshold=self.choice.threshold,
            epochs=self.choice.epochs,
            attempts=attempt + 1,
        )
        if self.is_single:
            self._look_closely(answers, attempt, rename)
        else:
            self._compare(entry, accuracy, attempt + 1)

    def _compare(self, entry: TrainedNet, accuracy: float, attempts: int) -> None:
        """Notes an entry's accuracy beside the others. The lowest accuracy and the most attempts stand for the task."""
        rows = [row for row in self.figures.get("comparison", []) if (row["net"], row["permuted"]) != _key(entry)]
        net, permuted = _key(entry)
        rows.append({"net": net, "permuted": permuted, "accuracy": round(accuracy, 6), "attempts": attempts})
        self.figures["comparison"] = rows
        self.figures["accuracy"] = min(row["accuracy"] for row in rows)
        self.figures["attempts"] = max(row["attempts"] for row in rows)

    def _look_closely(self, answers: Tensor, attempt: int, rename: bool) -> None:
        """Notes how often each class is taken for another, and some misclassified images."""
        given, truth = self._class_answers(answers, attempt, rename), self.arrays.test_labels
        count = len(self.arrays.classes)
        confusion = np.zeros((count, count), dtype=int)
        valid = given >= 0
        np.add.at(confusion, (truth[valid], given[valid]), 1)
        missed = np.flatnonzero((given != truth) & valid)[:_SHOWN]
        self.figures.update(
            confusion=confusion.tolist(),
            classes=list(self.arrays.classes),
            misclassified=[
                {"image": self.arrays.test_images[i].tolist(), "truth": int(truth[i]), "answer": int(given[i])}
                for i in missed
            ],
        )


def _key(entry: TrainedNet) -> tuple[str, bool]:
    return entry.net_name, entry.permuted


def first_fitting(readings: Iterable[Callable[[], Tensor]]) -> Iterable[Tensor]:
    """Yields the answers of those readings that fit the parameters.

    Raises `Wrong` with the message of the first `Failure` if none fits.
    """
    failure: Failure | None = None
    fitted = False
    for reading in readings:
        try:
            answers = reading()
        except Failure as error:
            failure = failure or error
            continue
        fitted = True
        yield answers
    if not fitted and failure is not None:
        raise Wrong(f"the trained network is not the one the course asks for: {failure.message}")
