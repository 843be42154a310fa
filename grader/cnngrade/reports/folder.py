"""Writes the files of an output folder: a page and a JSON file per student, the gradebook, and the page of the class."""

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
    """Writes the complete file or nothing, so that no reader sees half of it.

    Raises `OutputError`, or `HaltError` if the disk is full.
    """
    try:
        replace_file(path, text.encode("utf-8"), 0o644)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
        raise (HaltError if full else OutputError)(
            f"{path} cannot be written: {error.strerror or error}",
            "What was graded so far is kept in grades.db; make room or fix the permissions, then run the same command again",
        ) from None


def write_student(out: Path, report: Report, week_title: str, barrier: Barrier = STRICT) -> None:
    """Writes `reports/<student>/report.html`, and then `report.json`, which thus exists only together with the page.

    A report that cannot be drawn gets a page with only the points and a note. Without a `barrier` the error is raised.
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
    """Returns the report as JSON, and the page made from this JSON.

    `cnngrade report` makes its page from JSON too, which does not keep the order of a dict's keys. So both pages are
    equal.
    """
    text = to_json(report)
    return text, student_page(from_json(text), week_title)


def _bare(report: Report, note: str) -> Report:
    """Returns the points and verdicts of a report, without any text that a student can influence."""
    tasks = [replace(task, hint=None, tests=[], figures={}) for task in report.tasks]
    return replace(report, tasks=tasks, written=[replace(each, answer="") for each in report.written], notes=[note])


def is_written(out: Path, report: Report) -> bool:
    """Whether `write_student` has finished for this report. False after a full disk, a kill or a lost file."""
    folder = _folder(out, report)
    try:
        return (folder / "report.html").is_file() and (folder / "report.json").read_text("utf-8") == to_json(report)
    except (OSError, UnicodeDecodeError):
        return False


def _folder(out: Path, report: Report) -> Path:
    return out / "reports" / report_folder(report.student)


def write_class(out: Path, reports: Iterable[Report], week_title: str, barrier: Barrier = STRICT) -> None:
    """Writes `gradebook.csv` and `index.html`. Of each report only the parts that they show are kept.

    A student whose part fails gets a row that says so, or is left out of the page. Without a `barrier` the error is
    raised.
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
    """Returns the page of the class. If it cannot be drawn, the students who cause this are left out."""
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
    """Writes `changes.csv`: whose points changed when a task was judged again, and why.

    If there are no changes, no file is written.
    """
    if changes:
        write_atomically(out / CHANGES, changes_csv(changes))
