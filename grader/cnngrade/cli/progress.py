"""What commands that run for long have in common: the cores they may use, and how they show where they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self

import click

from cnngrade.events import Begun, Event, Note, Step

if TYPE_CHECKING:
    from rich.progress import ProgressColumn, TaskID

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
    """Shows the events of a service: a bar with a rate and the time left on a terminal, a line for each step in a log."""

    def __init__(self, what: str) -> None:
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
        self._before = 0
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self  # the bar is shown when the work begins

    def __exit__(self, *_: object) -> None:
        if self.bar and self._task is not None:
            self.bar.stop()
            self._task = None

    def show(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case Note(line):
                self.__exit__()  # what is said stands below the bar
                click.echo(line, err=True)
            case Begun(total, done):
                self._before = done
                if self.bar:
                    self._task = self.bar.add_task("", total=total, completed=done, rate="")
                    self.bar.start()
            case Step(line, done, total):
                if self.bar is None or self._task is None:
                    click.echo(f"{done}/{total} {line}", err=True)
                    return
                self.bar.advance(self._task)
                minutes = (self.bar.tasks[0].elapsed or 0.0) / 60
                rate = f"{(done - self._before) / minutes:.1f} a minute" if minutes else ""
                self.bar.update(self._task, rate=rate)
