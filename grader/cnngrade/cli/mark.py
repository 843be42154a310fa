"""`cnngrade mark`: written answers against the rubric, in the terminal or by way of a spreadsheet."""

from __future__ import annotations

import contextlib
import gc
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from cnngrade.errors import GraderError, UserError
from cnngrade.events import Advanced, Begun, Event, Note, result

if TYPE_CHECKING:
    from cnngrade.marking.ledger import Ledger
    from cnngrade.marking.session import Pile


@click.command(epilog="Example: cnngrade mark week2 --out graded/")
@click.argument("week")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="What `grade` wrote.")
@click.option("--question", metavar="Q", help="Only this question.")
@click.option("--names", is_flag=True, help="Show whose answers they are; marking is blind by default.")
@click.option("--marker", metavar="NAME", help="Who marks, for the history; your login by default.")
@click.option(
    "--csv-out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write answers and marks as CSV."
)
@click.option(
    "--csv-in", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Take marks from such a CSV."
)
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def mark(
    week: str,
    out: Path,
    question: str | None,
    names: bool,
    marker: str | None,
    csv_out: Path | None,
    csv_in: Path | None,
    course: Path | None,
) -> int:
    """Mark written answers: question by question across the class, similar answers together, by keys alone.

    Every mark is stored at once, with who gave it and what it was before; stopped at any moment, the same command goes on
    where it was. Several people may mark at the same time. With --csv-out and --csv-in the marks go through a spreadsheet.
    """
    from cnngrade.barrier import Barrier
    from cnngrade.cli.troubles import tell
    from cnngrade.course import find_course
    from cnngrade.marking.ledger import Ledger
    from cnngrade.services.mark import piles_of, questions_of, take_sheet, write_pages, write_sheet

    if csv_out and csv_in:
        raise UserError("--csv-out and --csv-in exclude each other", "Write the sheet out, fill it in, then take it in")
    if csv_out and csv_out.exists():
        hint = "Take it in with --csv-in, or choose another name"
        raise UserError(f"{csv_out} is there already, and may hold marks that are stored nowhere else", hint)
    chosen = find_course(Path.cwd(), course).week(week)
    questions = questions_of(chosen, question)
    who = _marker(marker)
    with Ledger(out, week) as ledger:
        barrier = Barrier()
        with _Waiting() as waiting:
            piles = result(piles_of(ledger, questions, out, barrier), waiting.show)
        if csv_out:
            count = write_sheet(csv_out, ledger, piles, names)
            click.echo(f"{count} answers written to {csv_out}; fill in score or items, and take it in with --csv-in")
            return tell(barrier)
        if csv_in:
            count = take_sheet(csv_in, ledger, piles, who)
            told = f"{count} marks taken from {csv_in}; all other rows were as they are stored"
        else:
            told = _on_screen(ledger, piles, who, week, names)
    click.echo(told)
    with _Waiting() as waiting:
        written = result(write_pages(out, barrier), waiting.show)
    if written is not None:
        click.echo(f"{written} reports, gradebook.csv and index.html are up to date in {out}")
    return tell(barrier)


def _marker(given: str | None) -> str:
    if given is not None:
        name = " ".join(given.split())
        if not name:
            raise UserError("--marker is empty", "Give the name that the history should show")
        return name
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise UserError("this machine does not know who you are", "Give your name with --marker NAME") from None


def _on_screen(ledger: Ledger, piles: list[Pile], marker: str, title: str, names: bool) -> str:
    try:
        from cnngrade.marking.screen import Marking
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("textual"):
            raise
        raise UserError(
            "marking in the terminal needs textual", "Run `pip install 'cnngrade[mark]'`, or use --csv-out and --csv-in"
        ) from None
    from cnngrade.marking.session import MarkingSession

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError("this is no terminal to mark in", "Use --csv-out and --csv-in")
    session = MarkingSession(ledger, piles, marker)
    before = sum(entry.marker == marker for entry in ledger.since(0))
    screen = Marking(session, title, names)
    gc.freeze()  # the class and the libraries stay: looking through all of it for garbage would hold up a key now and then
    screen.run()
    if screen.failure:
        raise screen.failure
    if screen.return_code:
        raise GraderError("the screen ended by an error of ours; every mark that was given is stored", "Start it again")
    session.refresh()
    given = sum(entry.marker == marker for entry in ledger.since(0)) - before
    marked, every = session.done
    waiting = "all answers have their mark" if marked == every else f"{every - marked} of {every} answers wait"
    return f"{given} marks written, all of them stored; {waiting}"


class _Waiting:
    """Shows what is being done: in a line, or in a bar where the steps are counted. A context manager."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._console, self._bar = Console(stderr=True), Progress(transient=True)
        self._shown = contextlib.ExitStack()

    def show(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case Note(line):
                click.echo(line, err=True)
            case Begun(what, None):
                self._shown.enter_context(self._console.status(what))
            case Begun(what, total):
                self._shown.enter_context(self._bar)
                self._bar.add_task(what, total=total)
            case Advanced(_, done):
                self._bar.update(self._bar.task_ids[0], completed=done)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.close()
