"""What commands that run for long have in common: the cores they may use, and how they show where they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

_DAY = 24 * 3600.0


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Bar:
    """A bar of rich's on a terminal, unless `quiet`; `bar` is None elsewhere. A context manager."""

    def __init__(self, *columns: ProgressColumn, quiet: bool = False, **settings: Any) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self.bar = Progress(*columns, console=console, **settings) if console.is_terminal and not quiet else None

    def __enter__(self) -> Self:
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()


class RunProgress(Bar):
    """A bar with a rate and the time left on a terminal; a line for each finished run in a log."""

    def __init__(self, what: str, total: int, done: int = 0) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        # Runs take from milliseconds to minutes: the rate is that of all of them, not of the last seconds.
        super().__init__(*columns, speed_estimate_period=_DAY)
        self._total, self._done, self._before = total, done, done
        self._task = self.bar.add_task("", total=total, completed=done, rate="") if self.bar else None

    def step(self, line: str) -> None:
        """One more is finished; `line` says in a log which, and what came of it."""
        self._done += 1
        if self.bar is None or self._task is None:
            click.echo(f"{self._done}/{self._total} {line}", err=True)
            return
        self.bar.advance(self._task)
        minutes = (self.bar.tasks[0].elapsed or 0.0) / 60
        self.bar.update(self._task, rate=f"{(self._done - self._before) / minutes:.1f} a minute" if minutes else "")
