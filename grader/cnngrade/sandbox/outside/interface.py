"""What every kind of isolation offers: start a process that serves the wire, say how it ended, and kill all of it."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from cnngrade.records.report import Verdict
from cnngrade.sandbox.inside.wire import Allowance, Channel


class Inside(Protocol):
    """One running process beside a student's code."""

    @property
    def channel(self) -> Channel:
        """The wire to the process; may wait for the process to be there."""

    @property
    def exceeded(self) -> Verdict | None:
        """The verdict of a limit for which this isolation ended the process itself; None where it did not."""

    @property
    def abandoned(self) -> bool:
        """Whether it ended because what it was forked from did: nobody's fault, and worth another try."""

    def allow(self, allowance: Allowance) -> None:
        """From now on the process may spend what `allowance` says, as far as this isolation watches it from outside."""

    def output(self) -> str:
        """The end of what the process has printed so far."""

    def ending(self) -> str:
        """How the process ended, in words; it has, or is just about to."""

    def kill(self) -> None:
        """Ends the process and all that it started, and removes what it wrote. May be called more than once."""


class Isolation(Protocol):
    """A way to start such processes."""

    name: str
    device: str  # "cpu", "cuda" or "auto": what the processes may use

    def start(self, kept: int, most: Allowance) -> Inside:
        """Starts a process that imports torch and then serves; returns at once, without waiting for it.

        The last `kept` bytes of its output are kept, and it is never allowed more than `most`.
        """

    def start_ahead(self, kept: int, most: Allowance) -> None:
        """Begins what the first `start` will wait for, while the caller has slow work of its own to do."""

    def close(self) -> None:
        """Ends whatever is kept ready."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...
