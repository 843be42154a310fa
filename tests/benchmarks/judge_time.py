"""What the worst answers cost the judge: CPU seconds to decode, compare, format, remember and report each.

    python tests/benchmarks/judge_time.py

A frame of each kind is as large as the wire lets it be. `naive` is a suite that writes f"got {got}" in a loop of a hundred.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import torch

from cnngrade.judge.compare import close, same
from cnngrade.judge.failures import Wrong
from cnngrade.judge.sketches import Sketch, sketched
from cnngrade.judge.values import held, short_tensors
from cnngrade.records import gate
from cnngrade.sandbox.inside import wire

MOST = 60 * 2**20  # bytes of a frame; a session takes 64 MB


def nested(leaf: Any, width: int, depth: int) -> Any:
    """Lists in lists."""
    for _ in range(depth):
        leaf = [leaf] * width
    return leaf


def frames() -> dict[str, Callable[[], Any]]:
    """Answers by name, each at a limit of the wire."""
    items, tensors, text = wire.MAX_ITEMS - 10, wire.MAX_TENSORS - 1, wire.MAX_TEXT - 200
    return {
        "list of ints": lambda: [2**62] * items,
        "list of floats": lambda: [0.1 + k for k in range(items)],
        "dict": lambda: {f"k{k:x}": k for k in range(items // 2)},
        "long names": lambda: {f"{k:x}" * 50: None for k in range(text // 250)},
        "lists of lists": lambda: nested([1], 29, 3),
        "deep": lambda: nested({"k": (1, 2.0)}, 1, 29),
        "many deep": lambda: [nested("x", 1, 28)] * (items // 31),
        "text": lambda: "\x1b" * text,
        "texts": lambda: ["é\x00'\"\\\n"] * (text // 7),
        "opaque": lambda: [wire.Opaque("T" * 80, "x" * 200)] * (text // 290),
        "one tensor": lambda: torch.rand(MOST // 4),
        "one tensor of many dimensions": lambda: torch.zeros([3] * 16, dtype=torch.uint8),
        "one tensor of NaN": lambda: torch.full((MOST // 2,), torch.nan, dtype=torch.bfloat16),
        "tensors of one number": lambda: [torch.tensor(0.5)] * tensors,
        "tensors": lambda: [torch.rand(MOST // 4 // tensors)] * tensors,
        "tensors by name": lambda: {str(k): torch.rand(3, 3, 3, 3, 3, 3, 3, 3) for k in range(tensors)},
        "empty tensors": lambda: [torch.zeros(0, 2**40)] * tensors,
    }


def spent(work: Callable[[], Any]) -> float:
    """CPU seconds of this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def naive(got: Any) -> str:
    """What an instructor writes without a thought."""
    message = ""
    for _ in range(100):
        message = f"expected 3, got {got}, {got!r}"
    return gate.message(message)


def wrong(got: Any) -> None:
    """Compared with what it is not, by type, and then with something of its own outer type."""
    for expected in (
        1.5,
        torch.zeros(2),
        (1, 2),
        {"a": 1},
        type(got)() if isinstance(got, list | dict | str) else None,
    ):
        with suppress(Wrong):
            same(got, expected)


def main() -> None:
    """Prints a line for each kind of answer, and the most."""
    print(
        f"{'answer':32} {'decode':>8} {'compare':>8} {'itself':>8} {'naive':>8} {'remember':>8} {'figure':>8} {'all':>8}"
    )
    with short_tensors():
        for name, make in frames().items():
            body = wire.encode_reply(wire.Returned(make()))
            kept: list[Any] = []

            def decode(body: bytes = body, kept: list[Any] = kept) -> None:
                reply = wire.decode_reply(body)
                assert isinstance(reply, wire.Returned)
                kept.append(held(reply.value))

            times = [spent(decode)]
            got = kept[0]
            times += [spent(lambda got=got: wrong(got)), spent(lambda got=got: close(got, got))]  # type: ignore[misc]
            times += [spent(lambda got=got: naive(got))]  # type: ignore[misc]
            times += [spent(lambda got=got: sketched(got)), spent(lambda got=got: gate.figures({"losses": got}))]  # type: ignore[misc]
            sketch = Sketch.of(got)
            size = sketch.numbers.numel() * 16
            print(f"{name:32}", *(f"{each:8.3f}" for each in [*times, sum(times)]), f"  sketch {size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
