"""Draws the random inputs of tests from the course's secret, so that hidden inputs cannot be known in advance.

A suite calls `images`, `integers`, `pixels`, `order` and `rng` with a small number that it chooses. The result follows
from that number and the secret. The public suite has no secret: its inputs are the same for everybody, as its expected
values are. Call these functions inside a test. At the top of a suite there is no secret yet, so a value drawn there
would be public.
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
    """Numbers that follow from `secret` and a key. They reveal neither the secret nor the numbers of other keys.

    Without a secret (in the public suite, and in a student's `check`) they follow from the key alone.
    """

    def __init__(self, secret: bytes = b"", week: str = "") -> None:
        self._key = hashlib.sha256(secret + b"\0" + week.encode()).digest()
        self.is_secret = bool(secret)

    def number(self, *key: object, bits: int = 63) -> int:
        """Returns a number of `bits` bits for this key: HMAC-SHA256 of the key (RFC 2104)."""
        return int.from_bytes(hmac.digest(self._key, repr(key).encode(), "sha256")) >> (256 - bits)

    @property
    def fingerprint(self) -> int:
        """A number that is equal in two runs with the same secret. Reports show it, and it reveals nothing."""
        return self.number("fingerprint", bits=31)

    def seed(self, number: int) -> int:
        """Returns the seed of a suite's draw. Without a secret this is `number` itself."""
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
    """Returns a generator of PyTorch for draws that the functions below do not offer. Equal seeds give equal numbers."""
    return torch.Generator().manual_seed(_seed(seed))


def rng(seed: int = 0) -> random.Random:
    """Returns a generator of Python for sizes, choices and orders. Equal seeds give equal numbers."""
    return random.Random(_seed(seed))


def images(*shape: int, seed: int = 0) -> Tensor:
    """Returns a normally distributed float32 tensor of `shape`. Equal seeds give equal tensors."""
    return torch.randn(*shape, generator=generator(seed))


def integers(high: int, *shape: int, seed: int = 0) -> Tensor:
    """Returns integers (int64) from 0 to `high` - 1, all equally likely. Equal seeds give equal tensors."""
    return torch.randint(0, high, shape, generator=generator(seed))


def pixels(*shape: int, seed: int = 0) -> Tensor:
    """Returns random uint8 numbers of `shape`. Equal seeds give equal tensors."""
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator(seed))


def order(count: int, seed: int = 0) -> Tensor:
    """Returns a permutation (int64) of 0 ... `count` - 1. Equal seeds give equal permutations."""
    return torch.randperm(count, generator=generator(seed))


def drawn_once(function: Callable[..., T]) -> Callable[..., T]:
    """Caches what `function` returns for its arguments, like `functools.cache`, but separately for every secret."""

    @functools.lru_cache(maxsize=64)
    def kept(_key: bytes, *args: Any) -> T:
        return function(*args)

    @functools.wraps(function)
    def once(*args: Any) -> T:
        return kept(_current.get()._key, *args)

    return once
