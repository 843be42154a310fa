"""A loader that keeps the whole data set as one tensor, and otherwise looks like a `DataLoader`.

A `DataLoader` transforms one image at a time and stacks the batch again. For images of 28x28 this takes as long as the
training of LeNet. Here the transform is applied once, to everything, and a batch is one gather. Imports only torch and
the standard library, because it also runs in the sandbox, where the rest of this package is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

ROWS = 4096  # images normalised at a time, which limits the memory that from_arrays needs on top of its result


class TensorLoader(DataLoader[tuple[Tensor, ...]]):
    """Batches (x, y) of two tensors of N rows each: x of any shape (N, ...), y (N,).

    No rows are dropped: the last batch may be smaller. With `shuffle`, each epoch has a new order, drawn when the epoch
    begins from `generator`, or else from torch's global one. Batches are copies, so changing one does not change the
    data set. `dataset` is a `TensorDataset` of the same tensors. Raises `ValueError` if the tensors have different
    lengths.
    """

    def __init__(
        self,
        images: Tensor,
        labels: Tensor,
        batch_size: int,
        shuffle: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        if len(images) != len(labels):
            raise ValueError(f"images and labels must be equally many, not {len(images)} and {len(labels)}")
        if not len(images):
            raise ValueError("images must not be empty")
        super().__init__(TensorDataset(images, labels), batch_size=batch_size, shuffle=shuffle, generator=generator)
        self.images = images
        self.labels = labels
        self.shuffle = shuffle

    @classmethod
    def from_arrays(
        cls,
        images: Any,
        labels: Any,
        mean: Sequence[float],
        std: Sequence[float],
        batch_size: int,
        shuffle: bool = False,
        device: torch.device | str = "cpu",
        generator: torch.Generator | None = None,
    ) -> TensorLoader:
        """Returns a loader of float32 (N, C, H, W), (x / 255 - mean) / std, from uint8 (N, H, W) or (N, H, W, C).

        Images and labels may be arrays or tensors. `mean` and `std` have one value per channel. Raises `ValueError` for
        another dtype or shape.
        """
        return cls(normalised(images, mean, std, device), as_labels(labels, device), batch_size, shuffle, generator)

    def __iter__(self) -> Any:  # typed Any, because DataLoader's own iterator class would start workers
        """Yields one epoch of batches (x, y). Several epochs may run at the same time."""
        order = None
        if self.shuffle:
            where = self.generator.device if self.generator is not None else "cpu"
            order = torch.randperm(len(self.images), generator=self.generator, device=where).to(self.images.device)
        return self._batches(order)

    def _batches(self, order: Tensor | None) -> Iterator[tuple[Tensor, Tensor]]:
        size = self.batch_size or 1
        for start in range(0, len(self.images), size):
            if order is None:
                # cloned, because a student's loop may change its batch in place
                yield self.images[start : start + size].clone(), self.labels[start : start + size].clone()
            else:
                rows = order[start : start + size]
                yield self.images.index_select(0, rows), self.labels.index_select(0, rows)


def normalised(images: Any, mean: Sequence[float], std: Sequence[float], device: torch.device | str = "cpu") -> Tensor:
    """Turns uint8 (N, H, W) or (N, H, W, C) into float32 (N, C, H, W), (x / 255 - mean) / std, as ToTensor and Normalize do.

    Raises `ValueError` for another dtype or shape, and if `mean` or `std` does not have one value per channel.
    """
    pixels = torch.as_tensor(images)
    if pixels.dtype != torch.uint8 or pixels.ndim not in (3, 4):
        raise ValueError(f"images must be uint8, (N, H, W) or (N, H, W, C), not {pixels.dtype} {tuple(pixels.shape)}")
    pixels = pixels.unsqueeze(1) if pixels.ndim == 3 else pixels.permute(0, 3, 1, 2)
    channels = pixels.shape[1]
    if len(mean) != channels or len(std) != channels:
        raise ValueError(f"mean and std must have one value per channel ({channels}), not {len(mean)} and {len(std)}")
    shift, scale = (torch.tensor(values, dtype=torch.float32, device=device).view(-1, 1, 1) for values in (mean, std))
    result = torch.empty(pixels.shape, dtype=torch.float32, device=device)
    for start in range(0, len(pixels), ROWS):  # pieces that fit the cache are faster than three passes over everything
        result[start : start + ROWS].copy_(pixels[start : start + ROWS]).div_(255).sub_(shift).div_(scale)
    return result


def as_labels(labels: Any, device: torch.device | str = "cpu") -> Tensor:
    """Returns integers (N,) as an int64 tensor. Raises `ValueError` for another dtype or shape."""
    found = torch.as_tensor(labels)
    if found.ndim != 1 or found.is_floating_point() or found.is_complex() or found.dtype == torch.bool:
        raise ValueError(f"labels must be integers (N,), not {found.dtype} {tuple(found.shape)}")
    return found.to(device=device, dtype=torch.int64)
