"""`cnngrade mark`: written answers against the rubric, in the terminal or by way of a spreadsheet."""

from __future__ import annotations

import gc
import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import GraderError, OutputError, UserError

if TYPE_CHECKING:
    from cnngrade.barrier import Barrier
    from cnngrade.course import Question, Week
    from cnngrade.marking.ledger import Ledger
    from cnngrade.marking.session import Pile
    from cnngrade.records.report import Report


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

    if csv_out and csv_in:
        raise UserError("--csv-out and --csv-in exclude each other", "Write the sheet out, fill it in, then take it in")
    if csv_out and csv_out.exists():
        hint = "Take it in with --csv-in, or choose another name"
        raise UserError(f"{csv_out} is there already, and may hold marks that are stored nowhere else", hint)
    chosen = find_course(Path.cwd(), course).week(week)
    questions = _questions(chosen, question)
    who = _marker(marker)
    with Ledger(out, week) as ledger:
        barrier = Barrier()
        piles = _piles(ledger, questions, out, barrier)
        if csv_out:
            return max(_write_sheet(csv_out, ledger, piles, names), tell(barrier))
        told = _take_sheet(csv_in, ledger, piles, who) if csv_in else _on_screen(ledger, piles, who, week, names)
    click.echo(told)
    _render(out, barrier)
    return tell(barrier)


def _questions(week: Week, only: str | None) -> list[Question]:
    if not week.questions:
        raise UserError(f"{week.name} has no written questions")
    if not all(question.rubric for question in week.questions):
        raise UserError(f"the rubrics of {week.name} are not installed here", "`mark` is for staff")
    chosen = [question for question in week.questions if only in (None, question.id)]
    if not chosen:
        known = ", ".join(question.id for question in week.questions)
        raise UserError(f"{week.name} has no question {only!r}", f"Known: {known}")
    return chosen


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


def _piles(ledger: Ledger, questions: list[Question], out: Path, barrier: Barrier) -> list[Pile]:
    from rich.console import Console

    from cnngrade.marking.session import make_piles

    reports = ledger.reports(barrier)
    if not reports:
        raise OutputError(
            f"{ledger.path} holds no grades of {ledger.week}", f"Run `cnngrade grade {ledger.week}` first"
        )
    console = Console(stderr=True)
    with console.status(f"reading {len(reports)} submissions, putting similar answers together"):
        piles = make_piles(reports, questions, lambda line: click.echo(line, err=True), barrier)
    piles = [pile for pile in piles if pile.answers]
    if not piles:
        raise OutputError(f"no submission in {out} has written answers to mark", "Grade them again")
    return piles


def _on_screen(ledger: Ledger, piles: list[Pile], marker: str, title: str, names: bool) -> str:
    try:
        from cnngrade.marking.screen import Marking
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("textual"):
            raise
        raise UserError(
            "marking in the terminal needs textual", "Run `pip install 'cnngrade[mark]'`, or use --csv-out and --csv-in"
        ) from None
    from cnngrade.marking.session import Session

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError("this is no terminal to mark in", "Use --csv-out and --csv-in")
    session = Session(ledger, piles, marker)
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


def _write_sheet(path: Path, ledger: Ledger, piles: list[Pile], names: bool) -> int:
    from cnngrade.marking.spreadsheet import sheet
    from cnngrade.reports.folder import write_atomically

    latest = ledger.latest()
    for pile in piles:
        for answer in pile.answers:
            answer.entry = latest.get((answer.student, pile.question.id))
    # The mark at the start tells spreadsheets that this is UTF-8.
    write_atomically(path, "\ufeff" + sheet(piles, _shown(ledger, piles, names)))
    count = sum(len(pile.answers) for pile in piles)
    click.echo(f"{count} answers written to {path}; fill in score or items, and take it in with --csv-in")
    return 0


def _take_sheet(path: Path, ledger: Ledger, piles: list[Pile], marker: str) -> str:
    from cnngrade.marking.spreadsheet import take

    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "Give the CSV that --csv-out wrote") from None
    taken = take(content, path.name, ledger, piles, _shown(ledger, piles, names=False), marker)
    return f"{len(taken)} marks taken from {path}; all other rows were as they are stored"


def _shown(ledger: Ledger, piles: list[Pile], names: bool) -> dict[str, str]:
    students = sorted({answer.student for pile in piles for answer in pile.answers})
    return {each: each for each in students} if names else ledger.codes(students)


def _render(out: Path, barrier: Barrier) -> None:
    """The pages that the marks have changed; where somebody else is writing them, how to do it later."""
    from rich.progress import track

    from cnngrade.records.database import Store
    from cnngrade.reports.folder import is_written, write_class, write_student

    try:
        store = Store(out)
    except OutputError as error:
        click.echo(f"the pages are not written: {error.message}. `cnngrade report {out}` does it later", err=True)
        return
    with store:
        title = store.fact("week_title")
        write_class(out, store.reports(barrier), title, barrier)
        changed: list[Report] = []
        for report in store.reports(barrier):
            with barrier.around(report.student, "look for the written report"):
                if not is_written(out, report):
                    changed.append(report)
        for report in track(changed, "writing reports", transient=True) if changed else ():
            with barrier.around(report.student, "write the report"):
                write_student(out, report, title, barrier)
    click.echo(f"{len(changed)} reports, gradebook.csv and index.html are up to date in {out}")
