"""Images and labels of a data set as arrays, and what is known of each set by its name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnngrade.errors import DataError

CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
DIGIT_CLASSES = tuple("0123456789")


@dataclass(frozen=True)
class DatasetKind:
    """What is known of a data set before it is read. `mean` and `std` are per channel, of pixels scaled to [0, 1]."""

    shape: tuple[int, ...]  # of one image: (H, W) or (H, W, 3)
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]


# The numbers of the course page; those of the digits were computed from their training images.
MNIST = DatasetKind((28, 28), DIGIT_CLASSES, (0.1307,), (0.3081,))
CIFAR10 = DatasetKind((32, 32, 3), CIFAR10_CLASSES, (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))
DIGITS = DatasetKind((28, 28), DIGIT_CLASSES, (0.3054,), (0.3247,))
KINDS = {"mnist": MNIST, "cifar10": CIFAR10, "cifar10-jpeg": CIFAR10, "digits": DIGITS}


@dataclass(frozen=True, eq=False)
class Arrays:
    """A data set in memory.

    Images are uint8, (N, H, W) or (N, H, W, 3). Labels are int64, (N,), from 0 to `len(classes) - 1`. `mean` and `std`
    are per channel, of pixels scaled to [0, 1]. `source` says where the data came from.
    """

    name: str
    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    classes: list[str]
    source: str = ""


def checked(name: str, parts: dict[str, NDArray[np.generic]], source: str) -> Arrays:
    """Checks four arrays, which have the names of the fields of `Arrays`. Returns them as a data set.

    Raises `DataError` that says what is wrong with them.
    """
    kind = KINDS[name]
    labels: dict[str, NDArray[np.int64]] = {}
    for split in ("train", "test"):
        images, given = parts[f"{split}_images"], parts[f"{split}_labels"]
        wanted = "(N, " + ", ".join(map(str, kind.shape)) + ")"
        if images.dtype != np.uint8:
            raise DataError(f"{source}: {split}_images is {images.dtype}, but should be uint8")
        if images.ndim != len(kind.shape) + 1 or images.shape[1:] != kind.shape:
            raise DataError(f"{source}: {split}_images has shape {images.shape}, but {name} has {wanted}")
        if not np.issubdtype(given.dtype, np.integer) or given.ndim != 1:
            raise DataError(f"{source}: {split}_labels is {given.dtype} {given.shape}, but should be integers (N,)")
        if len(images) != len(given) or not len(images):
            raise DataError(f"{source}: {len(images)} {split} images, but {len(given)} labels")
        if given.min() < 0 or given.max() >= len(kind.classes):
            raise DataError(f"{source}: {split}_labels go from {given.min()} to {given.max()}, not from 0 to 9")
        labels[split] = given.astype(np.int64)
    return Arrays(
        name,
        parts["train_images"].astype(np.uint8, copy=False),
        labels["train"],
        parts["test_images"].astype(np.uint8, copy=False),
        labels["test"],
        kind.mean,
        kind.std,
        list(kind.classes),
        source,
    )
