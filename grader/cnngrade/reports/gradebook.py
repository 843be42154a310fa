"""Renders `gradebook.csv`, one row per student, and `changes.csv`, one row per change, for spreadsheets and platforms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from functools import partial

from cnngrade.barrier import STRICT, Barrier
from cnngrade.records.report import Change, Report, Status, TaskResult
from cnngrade.records.scoring import failed_report
from cnngrade.reports import points, spelled_out

# A spreadsheet runs a cell that starts with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def gradebook_csv(reports: Iterable[Report], task_ids: Sequence[str], barrier: Barrier = STRICT) -> str:
    """Writes the columns student, week, status, score, max_score and one per task, sorted by student.

    If deadlines are known, the columns late_days, deduction and final_score follow. `score` is what the work earned,
    and final_score is what remains of it. The cell of a task is empty, never 0, if the task was not graded, the grader
    failed, or the report lacks the task. `score` is empty if the grader failed on the report, or if its row cannot be
    written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    ordered = sorted(reports, key=lambda report: report.student)
    late = any(report.lateness for report in ordered)
    more = ["late_days", "deduction", "final_score"] if late else []
    writer.writerow(["student", "week", "status", "score", "max_score", *map(defused, task_ids), *more])
    for report in ordered:
        known = partial(_cells, report, task_ids, late)
        row = barrier.attempt(report.student, "write the row of the gradebook", known, partial(_unknown, report))
        writer.writerow(row + [""] * (5 + len(task_ids) + len(more) - len(row)))
    return text.getvalue()


def _cells(report: Report, task_ids: Sequence[str], late: bool) -> list[str]:
    return _row(report, task_ids) + (lateness_cells(report) if late else [])


def _unknown(report: Report, _note: str) -> list[str]:
    return _row(failed_report(report.course, report.week, report.student, ""), [])[:3]


def lateness_cells(report: Report) -> list[str]:
    """Returns the late days begun, the points deducted, and the points that remain. Cells are empty if this is unknown."""
    if report.status is Status.GRADER_ERROR:
        return ["", "", ""]
    known = report.lateness is not None and report.lateness.handed_in
    days = str(report.lateness.days) if report.lateness and known else ""
    return [days, points(report.deduction), points(report.final_score)]


def _row(report: Report, task_ids: Sequence[str]) -> list[str]:
    tasks = {task.id: task for task in report.tasks}
    score = "" if report.status is Status.GRADER_ERROR else points(report.score)
    head = [defused(report.student), defused(report.week), report.status.value, score, points(report.max_score)]
    return head + [_task_cell(tasks.get(task_id)) for task_id in task_ids]


def _task_cell(task: TaskResult | None) -> str:
    return points(task.score) if task is not None and task.verdict.counts else ""


def changes_csv(changes: Iterable[Change]) -> str:
    """Writes whose points (or verdicts) changed when a task was judged again, when (UTC) and why, the oldest first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["at", "student", "week", "task", "before", "after", "verdict_before", "verdict_after", "why"])
    for change in changes:
        moved = [points(change.before), points(change.after), change.verdict_before, change.verdict_after]
        named = [defused(name) for name in (change.student, change.week, change.task)]
        writer.writerow([change.at, *named, *moved, change.why])
    return text.getvalue()


def defused(cell: str) -> str:
    """Puts an apostrophe before a text that a spreadsheet would run as a formula. Spells out control characters."""
    return ("'" if cell.startswith(FORMULA_STARTS) else "") + spelled_out(cell)
