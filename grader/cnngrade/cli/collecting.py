"""The options that say how a folder of submissions is to be read; several commands have them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

LAYOUTS = (
    "auto",
    "plain",
    "canvas",
    "moodle",
    "gradescope",
    "github",
)  # as in submissions.layouts, which takes its time


def collecting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options to a command, which gets them as `wishes`."""

    @functools.wraps(command)
    def gathered(
        *, roster: Path | None, layout: str, attempt: str, due: str | None, file_times: bool, **others: Any
    ) -> Any:
        from cnngrade.submissions.intake import Wishes

        return command(wishes=Wishes(layout, attempt == "best", roster, due, file_times), **others)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


_OPTIONS = (
    click.option(
        "--roster",
        type=click.Path(path_type=Path),
        metavar="CSV",
        help="Who is in the class: ids, names, extensions; shows who handed in nothing.",
    ),
    click.option(
        "--layout", type=click.Choice(LAYOUTS), default="auto", help="What names files; found out by default."
    ),
    click.option(
        "--attempt", type=click.Choice(["last", "best"]), default="last", help="Which counts, where there are several."
    ),
    click.option("--due", metavar="TIME", help="The deadline, such as '2026-10-09 23:59', in place of the course's."),
    click.option("--file-times", is_flag=True, help="Take the times of files for when they were handed in."),
)
