from __future__ import annotations

import torch
from torch import Tensor


class Standardizer:
    def __init__(self, mean: float | tuple[float, ...], std: float | tuple[float, ...]) -> None:
        self.mean, self.std = map(self._channel_wise, (mean, std))

    @staticmethod
    def _channel_wise(value) -> Tensor:
        value = torch.as_tensor(value, dtype=torch.float32)
        return value if value.ndim == 0 else value.view(-1, 1, 1)

    def __call__(self, images: Tensor) -> Tensor:
        return images.to(torch.float32).mul(1 / 255).sub_(self.mean).div_(self.std)


def standardize(images: Tensor, mean, std, *, dtype: torch.dtype = torch.float32) -> Tensor:
    return Standardizer(mean, std)(images).to(dtype)


def pick(a: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    flat = torch.add(columns, rows, alpha=a.shape[-1])
    return torch.take(a, flat)


def above(a: Tensor, threshold: float) -> Tensor:
    places = torch.gt(a, threshold).nonzero(as_tuple=True)
    return a[places]


def autograd_example() -> tuple[float, Tensor]:
    def out(x: Tensor) -> Tensor:
        y = x + 2
        return (3 * y.square()).mean()

    gradient, value = torch.func.grad_and_value(out)(torch.ones(2, 2))
    return value.item(), gradient
