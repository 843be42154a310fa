"""Holds values from inside in types that are cheap to use and to show, even if the value is hostile.

A suite writes f"expected 3, got {got}" of any value. So lists, tuples and dicts from inside get types that show
themselves in one line, and so does every tensor while suites run. Showing a value has a limit of parts and characters,
which does not depend on the size of the value. The wire limits the rest: numbers of values, of tensors, of characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from cnngrade.encodings import printable
from cnngrade.judge.failures import Wrong
from cnngrade.sandbox.inside.wire import Opaque

_PARTS = 60  # values in one text
_CHARACTERS = 1000  # of one text
_ITEMS = 8  # of one list
_LEAF = 100  # characters of a text, a name or a number
_NUMBERS = 16  # of a tensor that a suite formats
_BITS = 256  # of an int; a longer one is not readable as a number


class ShownList(list[Any]):
    """A list from inside."""

    def __repr__(self) -> str:
        return show(self)


class ShownTuple(tuple[Any, ...]):
    """A tuple from inside."""

    __slots__ = ()

    def __repr__(self) -> str:
        return show(self)


class ShownDict(dict[str, Any]):
    """A dict from inside. If a manipulated inside left out a name, this is a wrong answer and not our error."""

    def __missing__(self, key: str) -> Any:
        raise Wrong(f"the answer has no {show(key)}")

    def __repr__(self) -> str:
        return show(self)


def held(value: Any) -> Any:
    """Returns `value`, which came over the wire, with its lists, tuples and dicts as the types of this module."""
    kind = type(value)  # compared exactly, because the wire builds only these three, and most values are others
    if kind is list:
        return ShownList([held(item) for item in value])
    if kind is tuple:
        return ShownTuple([held(item) for item in value])
    if kind is dict:
        return ShownDict([(key, held(item)) for key, item in value.items()])
    return value


def show(value: Any) -> str:
    """Returns a value as short text for a message. Floats have five digits."""
    return _Showing().text(value)


def dtype_name(x: Tensor) -> str:
    """Returns a name such as `float32`."""
    return str(x.dtype).removeprefix("torch.")


class _Showing:
    """The budget that is left for one text."""

    def __init__(self) -> None:
        self.parts, self.characters = _PARTS, _CHARACTERS

    def text(self, value: Any) -> str:
        self.parts -= 1
        if isinstance(value, list | tuple | dict):
            return self._container(value)
        leaf = _leaf(value)
        self.characters -= len(leaf)
        return leaf

    def _container(self, value: Any) -> str:
        shown: list[str] = []
        for item in value:
            if len(shown) == _ITEMS or self.parts <= 0 or self.characters <= 0:
                shown.append("...")
                break
            shown.append(f"{self.text(item)}: {self.text(value[item])}" if isinstance(value, dict) else self.text(item))
        inner = ", ".join(shown)
        if isinstance(value, dict):
            return f"{{{inner}}}"
        return f"({inner}{',' if len(value) == 1 else ''})" if isinstance(value, tuple) else f"[{inner}]"


def _leaf(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, Tensor):
        return f"tensor of shape {_shape(value)}, {dtype_name(value)}"
    if isinstance(value, Opaque):
        return printable(str(value))
    if isinstance(value, int) and value.bit_length() > _BITS:  # str() refuses numbers with thousands of digits
        return f"an int of {value.bit_length()} bits"
    if isinstance(value, str | bytes):
        value = value[: _LEAF + 1]
    text = repr(value)
    return text if len(text) <= _LEAF else f"{text[: _LEAF - 3]}..."


def _shape(x: Tensor) -> str:
    return str(tuple(x.shape))


@contextmanager
def short_tensors() -> Iterator[None]:
    """Lets every tensor show itself in one line in the block.

    PyTorch may need minutes for the text of a tensor, only because of its dimensions.
    """
    before = Tensor.__repr__
    Tensor.__repr__ = _tensor_text  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Tensor.__repr__ = before  # type: ignore[method-assign, assignment]


def _tensor_text(x: Tensor, **_: Any) -> str:
    """Returns the numbers of a small tensor. For other tensors, returns the shape and the dtype."""
    plain = x.layout == torch.strided and x.device.type != "meta"
    return f"tensor({show(x.tolist())})" if plain and x.numel() <= _NUMBERS else _leaf(x)
