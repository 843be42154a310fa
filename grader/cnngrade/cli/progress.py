"""What commands that run for long have in common: the cores they may use, and how they show where they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Self

import click

from cnngrade.events import Advanced, Begun, Event, Note

if TYPE_CHECKING:
    from rich.progress import ProgressColumn, TaskID

_DAY = 24 * 3600.0


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Bar:
    """A bar of rich's on a terminal, unless `quiet`, from when the work begins; nothing elsewhere. A context manager."""

    def __init__(self, *columns: ProgressColumn, quiet: bool = False, **settings: Any) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._bar = Progress(*columns, console=console, **settings) if console.is_terminal and not quiet else None
        self._task: TaskID | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the bar stands on the terminal."""
        return self._task is not None

    def begin(self, what: str, total: int | None, done: int = 0) -> None:
        """Shows the bar for a piece of work, in place of the last piece's."""
        if self._bar:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(what, total=total, completed=done, text="")
            self._bar.start()

    def move(self, done: int, total: int, text: str = "") -> None:
        """Moves the bar, and shows a text beside it."""
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=done, total=total, text=text)

    def minutes(self) -> float:
        """How long the bar has been there."""
        return (self._bar.tasks[0].elapsed or 0.0) / 60 if self._bar and self._bar.tasks else 0.0

    def end(self) -> None:
        """Leaves the bar as it is; what is printed next stands below it."""
        if self._bar and self._task is not None:
            self._bar.stop()
            self._task = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class RunProgress(Bar):
    """Shows the events of a service: a bar with a rate and the time left on a terminal, a line for each step in a log."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[text]}"),
            TimeRemainingColumn(),
        )
        # Runs take from milliseconds to minutes: the rate is that of all of them, not of the last seconds.
        super().__init__(*columns, speed_estimate_period=_DAY)
        self._before = 0

    def show(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case Note(line):
                self.end()
                click.echo(line, err=True)
            case Begun(what, total, done):
                self._before = done
                self.begin(what, total, done)
            case Advanced(line, done, total) if not self.is_shown:
                click.echo(f"{done}/{total} {line}", err=True)
            case Advanced(_, done, total):
                minutes = self.minutes()
                rate = f"{(done - self._before) / minutes:.1f} a minute" if minutes else ""
                self.move(done, total, rate)


class BatchProgress(Bar):
    """Shows the events of a service: a bar with the last step on a terminal, a line for each in a log, nothing if `quiet`."""

    def __init__(self, quiet: bool = False) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[text]}"),
        )  # fmt: skip
        super().__init__(*columns, quiet=quiet, transient=True)
        self._what, self._quiet = "", quiet

    def show(self, event: Begun | Advanced) -> None:
        """Shows one event."""
        if isinstance(event, Begun):
            self._what = event.what
            self.begin(event.what, event.total)
        elif self.is_shown:
            self.move(event.done, event.total, event.line[:30])
        elif not self._quiet:
            click.echo(f"{self._what} {event.done}/{event.total}: {event.line}", err=True)
