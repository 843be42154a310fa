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
        """The wire to the process. Reading this may wait until the process exists."""

    @property
    def exceeded(self) -> Verdict | None:
        """The verdict of a limit for which this isolation ended the process. None if it did not end it."""

    @property
    def abandoned(self) -> bool:
        """Whether it ended because its parent process ended. The submission did not cause this, so it is worth another try."""

    def allow(self, allowance: Allowance) -> None:
        """Limits what the process uses from now on to `allowance`, as far as this isolation watches it from outside."""

    def output(self) -> str:
        """Returns the end of what the process has printed so far."""

    def ending(self) -> str:
        """Returns in words how the process ended. It has ended, or is about to."""

    def kill(self) -> None:
        """Ends the process and all that it started, and removes what it wrote. May be called more than once."""


class Isolation(Protocol):
    """A way to start such processes."""

    name: str
    device: str  # the device that the processes may use: "cpu", "cuda" or "auto"

    def start(self, kept: int, most: Allowance) -> Inside:
        """Starts a process that imports torch and then serves. Returns at once, without waiting for it.

        The last `kept` bytes of its output are kept, and it is never allowed more than `most`.
        """

    def start_ahead(self, kept: int, most: Allowance) -> None:
        """Begins the work for which the first `start` would wait, while the caller does other slow work."""

    def close(self) -> None:
        """Ends all processes that are kept ready."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None: ...
