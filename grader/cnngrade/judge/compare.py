"""Compares what came from inside with what was expected, and says the difference in words that help a student.

`same` is the one comparison that suites need. It takes every value that the wire can carry, so a result of the wrong
type is a wrong answer and never an error of the suite. Tolerances are for float32: correct implementations differ in
the order of their sums, and the known mistakes differ by orders of magnitude more.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from cnngrade.encodings import printable
from cnngrade.judge.failures import Wrong
from cnngrade.judge.values import dtype_name, show
from cnngrade.sandbox.inside.wire import Opaque

RTOL = 1e-3
ATOL = 1e-4  # times the largest expected magnitude
_CONTAINERS = (list, tuple, dict)  # `values` gives containers from inside types of their own


def same(got: Any, expected: Any, what: str = "the result", rtol: float = RTOL, atol: float = ATOL) -> None:
    """Raises `Wrong`, which says what differs and where, unless `got` equals `expected`.

    Types have to agree (a tuple is no list, a tensor is no float). Tensors have to agree in shape and dtype too. Floats
    agree if |got - expected| <= rtol * |expected| + atol * max |expected|. NaN agrees with NaN, and an infinity with
    itself.
    """
    if isinstance(expected, Tensor):
        _same_tensor(got, expected, what, rtol, atol)
    elif isinstance(expected, float):
        number = of_type(got, float, what)
        equal = number == expected or (math.isnan(number) and math.isnan(expected))  # infinities too
        if not equal and not abs(number - expected) <= (rtol + atol) * abs(expected) < math.inf:
            raise Wrong(f"{what}: expected {show(expected)}, got {show(number)}")
    elif isinstance(expected, list | tuple):
        of_type(got, list if isinstance(expected, list) else tuple, what)
        if len(got) != len(expected):
            raise Wrong(f"{what}: expected {len(expected)} values, got {len(got)}: {show(got)}")
        for index, (ours, theirs) in enumerate(zip(expected, got, strict=True)):
            same(theirs, ours, f"{what}[{index}]", rtol, atol)
    elif isinstance(expected, dict):
        of_type(got, dict, what)
        for key in expected:
            if key not in got:
                raise Wrong(f"{what} has no {show(key)}")
        for key in got:
            if key not in expected:
                raise Wrong(f"{what} has {show(key)}, which is not expected")
            same(got[key], expected[key], f"{what}[{show(key)}]", rtol, atol)
    else:
        of_type(got, type(expected), what)
        if got != expected:
            raise Wrong(f"{what}: expected {show(expected)}, got {show(got)}")


def of_type(got: Any, kind: type, what: str = "the result") -> Any:
    """Returns `got` if it is a `kind`. Raises `Wrong` that names its type otherwise."""
    if type(got) is not kind and not (kind in _CONTAINERS and isinstance(got, kind)):
        wanted = "None" if kind is type(None) else _article(_name(kind))
        raise Wrong(f"{what}: expected {wanted}, got {_describe(got)}")
    return got


def tensor(got: Any, shape: tuple[int | None, ...] | None = None, what: str = "the result") -> Tensor:
    """Returns `got` if it is a tensor of `shape` without NaN. Raises `Wrong` otherwise.

    In `shape`, None stands for any size.
    """
    of_type(got, Tensor, what)
    assert isinstance(got, Tensor)
    if shape is not None and (
        got.dim() != len(shape) or any(want not in (None, size) for size, want in zip(got.shape, shape, strict=True))
    ):
        wanted = ", ".join("any" if size is None else str(size) for size in shape)
        raise Wrong(f"{what}: expected shape ({wanted}), got {tuple(got.shape)}")
    if got.is_floating_point() and bool(torch.isnan(got).any()):
        raise Wrong(f"{what}: {int(torch.isnan(got).sum())} of {got.numel()} numbers are NaN")
    return got


def _same_tensor(got: Any, expected: Tensor, what: str, rtol: float, atol: float) -> None:
    of_type(got, Tensor, what)
    if got.shape != expected.shape:
        raise Wrong(f"{what}: expected shape {tuple(expected.shape)}, got {tuple(got.shape)}")
    if got.dtype != expected.dtype:
        raise Wrong(f"{what}: expected dtype {dtype_name(expected)}, got {dtype_name(got)}")
    if torch.equal(got, expected):  # a quick path: most are, since the reference ran on the same kernels
        return
    if not expected.is_floating_point():
        unequal = got != expected
    else:
        if not bool(torch.isfinite(got).all()) and bool(torch.isfinite(expected).all()):
            nan, infinite = int(torch.isnan(got).sum()), int(torch.isinf(got).sum())
            count, bad = (nan, "NaN") if nan else (infinite, "infinite")
            raise Wrong(f"{what}: {count} of {got.numel()} numbers {'is' if count == 1 else 'are'} {bad}")
        finite = expected[torch.isfinite(expected)]
        scale = float(finite.abs().max()) if finite.numel() else 1.0
        unequal = ~torch.isclose(got, expected, rtol=rtol, atol=atol * scale, equal_nan=True)
    count = int(unequal.sum())
    if count:
        # Floats: the largest difference that counts (infinity minus itself is NaN). Integers: the first one.
        difference = torch.nan_to_num((got.double() - expected.double()).abs(), nan=math.inf)
        badness = torch.where(unequal, difference if expected.is_floating_point() else 1.0, -1.0)
        worst = int(badness.argmax())
        ours, theirs = expected.reshape(-1)[worst].item(), got.reshape(-1)[worst].item()
        place = [int(i) for i in torch.unravel_index(torch.tensor(worst), expected.shape)]
        found = f"expected {show(ours)}, got {show(theirs)}"
        if place:
            verb = "differs" if count == 1 else "differ"
            found = f"{count} of {expected.numel()} values {verb}; at {place} {found}"
        raise Wrong(f"{what}: {found}")


def close(one: Any, other: Any) -> bool:
    """Whether two results agree up to rounding. Used to recognise mistakes."""
    try:
        same(one, other)
    except Wrong:
        return False
    return True


def _describe(value: Any) -> str:
    if value is None:
        return "None (is there a return?)"
    if isinstance(value, Opaque):
        return printable(f"{_article(value.type)}: {value.text}")
    if isinstance(value, Tensor):
        return f"a {show(value)}"
    return f"{_article(_name(type(value)))}: {show(value)}"


def _name(kind: type) -> str:
    plain = next((known for known in _CONTAINERS if issubclass(kind, known)), kind)
    return "tensor" if kind is Tensor else plain.__name__


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
