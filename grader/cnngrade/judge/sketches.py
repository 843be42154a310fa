"""Remembering answers, for recognition, in little memory: small ones whole, of large ones a sketch.

Recognition asks whether a known mistake answers the same to rounding, so a large tensor cannot be kept as a hash. A sketch
keeps the form of an answer (types, shapes, names, all that is no float) as a digest, and of its floats numbers at places
that depend on the shape alone, and sums of stretches that every float is part of.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cnngrade.judge.compare import ATOL, RTOL

_WHOLE = 2**18  # bytes; smaller answers are kept as they are
_PART = 100  # bytes that a value takes at least
_PLACES = 2048  # numbers that a sketch keeps, over all tensors
_STRETCHES = 512  # sums that it keeps
_SUMMED = 2**18  # numbers of one tensor; of more, which no net of a course gives, every so manyth


def sketched(answer: Any) -> Any:
    """Returns `answer` if it is small, else its `Sketch`. It is the wire's own answer, and not yet what `values.held` makes."""
    return answer if _size(answer, _WHOLE) <= _WHOLE else Sketch.of(answer)


def _size(answer: Any, most: int) -> int:
    """Bytes that an answer takes, about; the count ends somewhere above `most`."""
    total, waiting = 0, [answer]
    while waiting and total <= most:
        value = waiting.pop()
        kind = type(value)  # as the wire builds them
        total += _PART
        if kind is Tensor:
            total += value.numel() * value.element_size()
        elif kind is str or kind is bytes:
            total += len(value)
        elif kind is list or kind is tuple:
            waiting += value
        elif kind is dict:
            waiting += value
            waiting += value.values()
    return total


@dataclass(frozen=True)
class Sketch:
    """What is kept of a large answer: `numbers` (N,) in double precision, and by how much each may differ."""

    form: bytes
    numbers: Tensor
    slack: Tensor

    @staticmethod
    def of(answer: Any) -> Sketch:
        """The sketch of an answer: equal answers have equal ones, and those equal to rounding fit each other's."""
        digest, scalars, tensors = hashlib.sha256(), list[float](), list[Tensor]()
        _describe(answer, digest, scalars, tensors)
        share = max(len([x for x in tensors if len(x) > 1]), 1)
        parts = [_numbers(x, max(_PLACES // share, 2), max(_STRETCHES // share, 1)) for x in tensors]
        numbers, slack = zip(_scalars(scalars), *parts, strict=True)
        return Sketch(digest.digest(), torch.cat(numbers), torch.cat(slack))

    def fits(self, answer: Any) -> bool:
        """Whether `answer` is the same to rounding, as far as the sketch can tell."""
        other = Sketch.of(answer)
        if self.form != other.form or self.numbers.shape != other.numbers.shape:
            return False
        ours, theirs = self.numbers, other.numbers
        near = (ours - theirs).abs() <= self.slack
        return bool((near | (ours == theirs) | (ours.isnan() & theirs.isnan())).all())


def _describe(value: Any, digest: Any, scalars: list[float], tensors: list[Tensor]) -> None:
    """Feeds `digest` all of `value` but its floats, which go to `scalars` and, flat, to `tensors`."""
    if isinstance(value, Tensor):
        digest.update(f"tensor {value.dtype} {tuple(value.shape)};".encode())
        if value.is_floating_point():
            tensors.append(value.reshape(-1))
        elif value.numel():
            digest.update(value.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    elif isinstance(value, float):
        digest.update(b"float;")
        scalars.append(value)
    elif isinstance(value, list | tuple | dict):
        kind = "dict" if isinstance(value, dict) else "list" if isinstance(value, list) else "tuple"
        digest.update(f"{kind} {len(value)};".encode())
        for item in sorted(value) if isinstance(value, dict) else value:
            _describe(item, digest, scalars, tensors)
            if isinstance(value, dict):
                _describe(value[item], digest, scalars, tensors)
    else:
        text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        digest.update(f"{type(value).__name__} {len(text)};".encode() + text)


def _scalars(values: list[float]) -> tuple[Tensor, Tensor]:
    """Some of the floats that stand outside tensors, with what rounding may change of each, as `compare.same` has it."""
    chosen = torch.tensor(values, dtype=torch.float64)[_places(len(values), _PLACES)]
    return chosen, (RTOL + ATOL) * _finite(chosen).abs()


def _numbers(x: Tensor, places: int, stretches: int) -> tuple[Tensor, Tensor]:
    """The same of a vector, and sums of all its numbers."""
    x = x[:: max(len(x) // _SUMMED, 1)]
    sizes = _finite(x).abs()
    least = ATOL * float(sizes.max()) if len(x) else 0.0
    where = _places(len(x), places)
    chosen, slack = x[where].double(), RTOL * sizes[where].double() + least
    if len(x) <= places:
        return chosen, slack
    sums = torch.stack([part.sum(dtype=torch.float64) for part in x.tensor_split(stretches)])
    each = [RTOL * part.sum(dtype=torch.float64) + least * len(part) for part in sizes.tensor_split(stretches)]
    return torch.cat([chosen, sums]), torch.cat([slack, torch.stack(each)])


def _finite(x: Tensor) -> Tensor:
    return torch.where(torch.isfinite(x), x, 0)


def _places(length: int, count: int) -> Tensor:
    """All places of a short vector, else `count` of them, spread by the golden ratio: no row or column is left out."""
    if length <= count:
        return torch.arange(length)
    return ((torch.arange(count, dtype=torch.float64) * 0.6180339887498949) % 1.0 * length).long().clamp(max=length - 1)
