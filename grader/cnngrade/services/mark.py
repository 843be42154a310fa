"""Prepares the marking of written answers, takes marks by way of a spreadsheet, and writes the pages that marks change."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from cnngrade.barrier import Barrier
from cnngrade.course import Question, Week
from cnngrade.errors import OutputError, UserError
from cnngrade.events import Advanced, Begun, Event, Note, told
from cnngrade.marking.ledger import Ledger
from cnngrade.marking.session import Pile, make_piles
from cnngrade.records.database import Store
from cnngrade.records.report import Report
from cnngrade.reports.folder import is_written, write_atomically, write_class, write_student


def questions_of(week: Week, only: str | None) -> list[Question]:
    """Finds the questions to mark, or the one with the id `only`. Raises `UserError` where there is none, or no rubric."""
    if not week.questions:
        raise UserError(f"{week.name} has no written questions")
    if not all(question.rubric for question in week.questions):
        raise UserError(f"the rubrics of {week.name} are not installed here", "`mark` is for staff")
    chosen = [question for question in week.questions if only in (None, question.id)]
    if not chosen:
        known = ", ".join(question.id for question in week.questions)
        raise UserError(f"{week.name} has no question {only!r}", f"Known: {known}")
    return chosen


def piles_of(
    ledger: Ledger, questions: list[Question], out: Path, barrier: Barrier
) -> Generator[Begun | Note, None, list[Pile]]:
    """Reads the answers to each question, and puts similar ones together. Raises `OutputError` where there are none."""
    reports = ledger.reports(barrier)
    if not reports:
        raise OutputError(
            f"{ledger.path} holds no grades of {ledger.week}", f"Run `cnngrade grade {ledger.week}` first"
        )
    yield Begun(f"reading {len(reports)} submissions, putting similar answers together")
    piles = yield from told(lambda tell: make_piles(reports, questions, tell, barrier))
    piles = [pile for pile in piles if pile.answers]
    if not piles:
        raise OutputError(f"no submission in {out} has written answers to mark", "Grade them again")
    return piles


def write_sheet(path: Path, ledger: Ledger, piles: list[Pile], names: bool) -> int:
    """Writes answers and marks as CSV. Returns how many answers."""
    from cnngrade.marking.spreadsheet import sheet

    latest = ledger.latest()
    for pile in piles:
        for answer in pile.answers:
            answer.entry = latest.get((answer.student, pile.question.id))
    # The mark at the start tells spreadsheets that this is UTF-8.
    write_atomically(path, "\ufeff" + sheet(piles, _shown(ledger, piles, names)))
    return sum(len(pile.answers) for pile in piles)


def take_sheet(path: Path, ledger: Ledger, piles: list[Pile], marker: str) -> int:
    """Stores the marks of such a CSV that are new. Returns how many. Raises `UserError` where the file is wrong."""
    from cnngrade.marking.spreadsheet import take

    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "Give the CSV that --csv-out wrote") from None
    return len(take(content, path.name, ledger, piles, _shown(ledger, piles, names=False), marker))


def _shown(ledger: Ledger, piles: list[Pile], names: bool) -> dict[str, str]:
    students = sorted({answer.student for pile in piles for answer in pile.answers})
    return {each: each for each in students} if names else ledger.codes(students)


def write_pages(out: Path, barrier: Barrier) -> Generator[Event, None, int | None]:
    """Writes the pages that the marks have changed, and those of the class. Returns how many reports are new.

    Where another run is writing them, nothing is written; a note says how to do it later.
    """
    try:
        store = Store(out)
    except OutputError as error:
        yield Note(f"the pages are not written: {error.message}. `cnngrade report {out}` does it later")
        return None
    with store:
        title = store.fact("week_title")
        write_class(out, store.reports(barrier), title, barrier)
        changed: list[Report] = []
        for report in store.reports(barrier):
            with barrier.around(report.student, "look for the written report"):
                if not is_written(out, report):
                    changed.append(report)
        if changed:
            yield Begun("writing reports", len(changed))
        for done, report in enumerate(changed, start=1):
            with barrier.around(report.student, "write the report"):
                write_student(out, report, title, barrier)
            yield Advanced(report.student, done, len(changed))
    return len(changed)
