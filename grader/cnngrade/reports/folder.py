"""The files of an output folder: a page and a JSON file per student, the gradebook, and the page of the class."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from cnngrade.barrier import STRICT, Barrier
from cnngrade.errors import HaltError, OutputError
from cnngrade.records.files import replace_file
from cnngrade.records.json import from_json, to_json
from cnngrade.records.report import Change, Report
from cnngrade.records.scoring import failed_report
from cnngrade.reports import report_folder
from cnngrade.reports.classpage import class_page, outline
from cnngrade.reports.gradebook import changes_csv, gradebook_csv
from cnngrade.reports.html import student_page

CHANGES = "changes.csv"
_DRAW_AGAIN = "The grade is stored; `cnngrade report OUT` draws it again"


def write_atomically(path: Path, text: str) -> None:
    """Writes a whole file or none: a reader never sees half of it. Raises `OutputError`, `HaltError` on a full disk."""
    try:
        replace_file(path, text.encode("utf-8"), 0o644)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
        raise (HaltError if full else OutputError)(
            f"{path} cannot be written: {error.strerror or error}",
            "What was graded so far is kept in grades.db; make room or fix the permissions, then run the same command again",
        ) from None


def write_student(out: Path, report: Report, week_title: str, barrier: Barrier = STRICT) -> None:
    """`reports/<student>/report.html` and `report.json`; the latter last, so that it is there only with its page.

    What cannot be drawn gets a page with the points and a note in place of all else; without a `barrier` it is raised.
    """
    with barrier.around(report.student, "write the report", _DRAW_AGAIN):
        text, page = barrier.attempt(
            report.student,
            "draw the report",
            partial(_drawn, report, week_title),
            lambda note: _drawn(_bare(report, note), week_title),
            _DRAW_AGAIN,
        )
        folder = _folder(out, report)
        write_atomically(folder / "report.html", page)
        write_atomically(folder / "report.json", text)


def _drawn(report: Report, week_title: str) -> tuple[str, str]:
    """The report as JSON, and as a page from that, as `cnngrade report` has it: the order of a dict's keys is not kept."""
    text = to_json(report)
    return text, student_page(from_json(text), week_title)


def _bare(report: Report, note: str) -> Report:
    """The points and verdicts of a report, without anything that a student has a hand in."""
    tasks = [replace(task, hint=None, tests=[], figures={}) for task in report.tasks]
    return replace(report, tasks=tasks, written=[replace(each, answer="") for each in report.written], notes=[note])


def is_written(out: Path, report: Report) -> bool:
    """Whether `write_student` has finished for this very report: not so after a full disk, a kill or a lost file."""
    folder = _folder(out, report)
    try:
        return (folder / "report.html").is_file() and (folder / "report.json").read_text("utf-8") == to_json(report)
    except (OSError, UnicodeDecodeError):
        return False


def _folder(out: Path, report: Report) -> Path:
    return out / "reports" / report_folder(report.student)


def write_class(out: Path, reports: Iterable[Report], week_title: str, barrier: Barrier = STRICT) -> None:
    """`gradebook.csv` and `index.html`; of a report no more is kept than they show.

    Whose part of them cannot be made has a row that says so, or is left out of the page; without a `barrier` it is raised.
    """
    outlines: list[Report] = []
    for report in reports:
        unknown = partial(failed_report, report.course, report.week, report.student)
        outlines.append(barrier.attempt(report.student, "sum up the report", partial(outline, report), unknown))
    task_ids = list(dict.fromkeys(task.id for report in outlines for task in report.tasks))
    write_atomically(out / "gradebook.csv", gradebook_csv(outlines, task_ids, barrier))
    if outlines:
        with barrier.around("the class", "draw index.html", _DRAW_AGAIN):
            write_atomically(out / "index.html", _class_page(outlines, week_title, barrier))


def _class_page(outlines: Sequence[Report], week_title: str, barrier: Barrier) -> str:
    """The page of the class; where it cannot be drawn, of those with whom it can."""
    course, week = outlines[0].course, outlines[0].week
    try:
        return class_page(course, week, week_title, outlines)
    except Exception:
        fine: list[Report] = []
        for report in outlines:
            with barrier.around(report.student, "draw the student's part of index.html", _DRAW_AGAIN):
                class_page(course, week, week_title, [report])
                fine.append(report)
        return class_page(course, week, week_title, fine)


def write_changes(out: Path, changes: Sequence[Change]) -> None:
    """`changes.csv`: whose points moved when a task was judged again, and why; no file where none did."""
    if changes:
        write_atomically(out / CHANGES, changes_csv(changes))
