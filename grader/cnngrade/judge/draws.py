"""What the tests draw at random: under the course's secret, so that nobody knows a hidden input before it is asked.

A suite calls `images`, `integers`, `pixels`, `order` and `rng` with a small number of its own; what comes back follows from
that number and the secret. The public suite has no secret: what it draws is the same for everybody, as its expected values are.
Draws belong into a test. At the top of a suite there is no secret yet, and a value that was drawn there would be public.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import torch
from torch import Tensor

T = TypeVar("T")


class Draws:
    """Numbers that follow from `secret` and a key, and tell nothing of the secret or of the numbers under other keys.

    Without a secret (the public suite, and `check` by a student) they follow from the key alone.
    """

    def __init__(self, secret: bytes = b"", week: str = "") -> None:
        self._key = hashlib.sha256(secret + b"\0" + week.encode()).digest()
        self.is_secret = bool(secret)

    def number(self, *key: object, bits: int = 63) -> int:
        """A number of `bits` bits for this key: HMAC-SHA256 of the key (RFC 2104)."""
        return int.from_bytes(hmac.digest(self._key, repr(key).encode(), "sha256")) >> (256 - bits)

    @property
    def fingerprint(self) -> int:
        """A number that two runs share when they share the secret; reports show it, and nothing follows from it."""
        return self.number("fingerprint", bits=31)

    def seed(self, number: int) -> int:
        """The seed of a suite's draw: `number` itself where there is no secret."""
        return self.number("suite", number) if self.is_secret else number


_current: ContextVar[Draws] = ContextVar("draws")


@contextmanager
def drawing(draws: Draws) -> Iterator[None]:
    """Lets the tests in the block draw from `draws`."""
    token = _current.set(draws)
    try:
        yield
    finally:
        _current.reset(token)


def _seed(number: int) -> int:
    try:
        return _current.get().seed(number)
    except LookupError:
        raise RuntimeError("draws belong into a test: at the top of a suite there is no secret yet") from None


def generator(seed: int = 0) -> torch.Generator:
    """A generator of PyTorch for what the functions below do not draw; the same for the same seed."""
    return torch.Generator().manual_seed(_seed(seed))


def rng(seed: int = 0) -> random.Random:
    """Python's generator, the same for the same seed: sizes, choices, orders."""
    return random.Random(_seed(seed))


def images(*shape: int, seed: int = 0) -> Tensor:
    """Normally distributed float32 tensors of `shape`, the same for the same seed."""
    return torch.randn(*shape, generator=generator(seed))


def integers(high: int, *shape: int, seed: int = 0) -> Tensor:
    """Integers (int64) from 0 to `high` - 1, all equally likely; the same for the same seed."""
    return torch.randint(0, high, shape, generator=generator(seed))


def pixels(*shape: int, seed: int = 0) -> Tensor:
    """Random uint8 numbers of `shape`, the same for the same seed."""
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator(seed))


def order(count: int, seed: int = 0) -> Tensor:
    """A permutation (int64) of 0 ... `count` - 1, the same for the same seed."""
    return torch.randperm(count, generator=generator(seed))


def drawn_once(function: Callable[..., T]) -> Callable[..., T]:
    """Keeps what `function` returns for its arguments, as `functools.cache` does, but apart for every secret."""

    @functools.lru_cache(maxsize=64)
    def kept(_key: bytes, *args: Any) -> T:
        return function(*args)

    @functools.wraps(function)
    def once(*args: Any) -> T:
        return kept(_current.get()._key, *args)

    return once
