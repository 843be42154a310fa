"""What a service says while it works. It prints nothing: it yields these, and whoever called it shows them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

E = TypeVar("E")
T = TypeVar("T")


@dataclass(frozen=True)
class Note:
    """Something that the user should know, in a line."""

    line: str


@dataclass(frozen=True)
class Begun:
    """A piece of work begins. Of its steps, where they can be counted, some may have been done by an earlier run."""

    what: str
    total: int | None = None
    done: int = 0


@dataclass(frozen=True)
class Advanced:
    """A step is done: which one, and what came of it."""

    line: str
    done: int
    total: int


Event = Note | Begun | Advanced


def result(events: Generator[E, None, T], show: Callable[[E], None] = lambda _event: None) -> T:
    """Runs a service to its end, and shows each event. Returns what the service has found.

    Ctrl-C reaches the service wherever it comes: the service may say what is kept before it ends.
    """
    with closing(events):
        event: E | None = None
        while True:
            try:
                if event is not None:
                    show(event)
                event = next(events)
            except StopIteration as end:
                found: T = end.value
                return found
            except KeyboardInterrupt as stopped:
                event = events.throw(stopped)  # raises it again where the service has ended, or says no more


def told(do: Callable[[Callable[[str], None]], T]) -> Generator[Note, None, T]:
    """Calls a function that takes another one for its lines. Yields these lines as notes, also where the function fails."""
    lines: list[str] = []
    try:
        return do(lines.append)
    finally:
        yield from map(Note, lines)
