"""What commands that run for long have in common: the cores they may use, and how they show where they are."""

from __future__ import annotations

import os

import click

_DAY = 24 * 3600.0


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class RunProgress:
    """A bar with a rate and the time left on a terminal; a line for each finished run in a log."""

    def __init__(self, what: str, total: int, done: int = 0) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._total, self._done, self._before = total, done, done
        console = Console(stderr=True)
        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        # Runs take from milliseconds to minutes: the rate is that of all of them, not of the last seconds.
        self._bar = Progress(*columns, console=console, speed_estimate_period=_DAY) if console.is_terminal else None
        self._task = self._bar.add_task("", total=total, completed=done, rate="") if self._bar else None

    def step(self, line: str) -> None:
        """One more is finished; `line` says in a log which, and what came of it."""
        self._done += 1
        if self._bar is None or self._task is None:
            click.echo(f"{self._done}/{self._total} {line}", err=True)
            return
        self._bar.advance(self._task)
        minutes = (self._bar.tasks[0].elapsed or 0.0) / 60
        self._bar.update(self._task, rate=f"{(self._done - self._before) / minutes:.1f} a minute" if minutes else "")

    def __enter__(self) -> RunProgress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
