"""Geometry of layers, with a type for everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn


class Size2d(NamedTuple):
    height: int
    width: int

    @classmethod
    def of(cls, value: int | Sequence[int]) -> Size2d:
        return cls(value, value) if isinstance(value, int) else cls(*value)


@dataclass(frozen=True)
class Axis:
    size: int
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def reach(self) -> int:
        return self.dilation * (self.kernel - 1) + 1

    def stops(self, ceil_mode: bool = False) -> int:
        quotient, rest = divmod(self.size + 2 * self.padding - self.reach, self.stride)
        stops = quotient + 1
        if ceil_mode and rest and stops * self.stride < self.size + self.padding:
            stops += 1
        # without a rest the last window ends with the padding, and starts before it
        return stops


def _solve(ceil_mode: bool, **values: int | Sequence[int]) -> Size2d:
    pairs = {name: Size2d.of(value) for name, value in values.items()}
    result = Size2d(*(Axis(*axis).stops(ceil_mode) for axis in zip(*pairs.values(), strict=True)))
    for direction, stops in result._asdict().items():
        if stops < 1:
            raise ValueError(f"{direction}: kernel_size={values['kernel_size']!r} does not fit into input_size")
    return result


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1) -> tuple[int, int]:
    return _solve(False, input_size=input_size, kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation)


def pool2d_output_size(
    input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, **_unused
) -> tuple[int, int]:
    stride = kernel_size if stride is None else stride
    return _solve(
        ceil_mode, input_size=input_size, kernel_size=kernel_size, stride=stride, padding=padding, dilation=dilation
    )


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1, *, verbose=False) -> int:
    kernel = Size2d.of(kernel_size)
    weights = sum(kernel.height * kernel.width * (in_channels // groups) for _ in range(out_channels))
    return weights + (out_channels if bias else 0)


@dataclass
class View:
    """What one number of the current layer sees."""

    width: int = 1
    jump: int = 1

    def through(self, kernel: int, stride: int) -> View:
        return View(self.width + (kernel - 1) * self.jump, self.jump * stride)


def receptive_field(layers: Iterable[tuple[int, int]]) -> int:
    view = View()
    for kernel, stride in layers:
        view = view.through(kernel, stride)
    return view.width


def _walk(net: nn.Sequential, x: torch.Tensor) -> Iterator[tuple[str, torch.Size]]:
    for layer in net._modules.values():
        x = layer(x)
        yield type(layer).__qualname__.split(".")[-1], x.shape


def trace_shapes(net: nn.Sequential, x: torch.Tensor, /) -> list[tuple[str, tuple[int, ...]]]:
    modes = [module.training for module in net.modules()]
    net.eval()
    try:
        with torch.no_grad():
            return [(name, tuple(map(int, shape))) for name, shape in _walk(net, x)]
    finally:
        for module, mode in zip(net.modules(), modes, strict=True):
            module.training = mode
