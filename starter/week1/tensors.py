"""Week 1, tensors: broadcasting, indexing, and the first gradient."""

from collections.abc import Sequence

import torch


def standardize(
    images: torch.Tensor, mean: float | Sequence[float] | torch.Tensor, std: float | Sequence[float] | torch.Tensor
) -> torch.Tensor:
    """Scale `images` from 0..255 to [0, 1], then subtract `mean` and divide by `std`; returns float32 in the same layout.

    `images` is uint8, (N, H, W) with a number as mean and std, or (N, C, H, W) with one number per channel, shape (C,).
    """
    raise NotImplementedError("TODO: standardize")


def pick(a: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Return the numbers a[rows[i], columns[i]] of the matrix `a`, one for each i; no loop needed."""
    raise NotImplementedError("TODO: pick")


def above(a: torch.Tensor, threshold: float) -> torch.Tensor:
    """Return the numbers of `a` that are greater than `threshold`, as a vector, row by row."""
    raise NotImplementedError("TODO: above")


def autograd_example() -> tuple[float, torch.Tensor]:
    """Return (out, gradient) for x = ones(2, 2), y = x + 2, z = 3 y^2, out = mean of z; the gradient is d out / d x.

    The gradient (2, 2) is autograd's; work it out on paper first.
    """
    raise NotImplementedError("TODO: autograd_example")
