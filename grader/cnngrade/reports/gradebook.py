"""`gradebook.csv`: one row per student, as spreadsheets and learning platforms read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from cnngrade.facts import Report, Status, TaskResult
from cnngrade.reports import points, printable

# A spreadsheet runs a cell that starts with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def gradebook_csv(reports: Iterable[Report], task_ids: Sequence[str]) -> str:
    """Writes the columns student, week, status, score, max_score and one per task, sorted by student.

    A cell is empty, never 0, where a task was not graded, where the grader failed, or where the report lacks the task;
    so is the score of a report that the grader failed on.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "week", "status", "score", "max_score", *map(defused, task_ids)])
    for report in sorted(reports, key=lambda report: report.student):
        writer.writerow(_row(report, task_ids))
    return text.getvalue()


def _row(report: Report, task_ids: Sequence[str]) -> list[str]:
    tasks = {task.id: task for task in report.tasks}
    score = "" if report.status is Status.GRADER_ERROR else points(report.score)
    head = [defused(report.student), defused(report.week), report.status.value, score, points(report.max_score)]
    return head + [_task_cell(tasks.get(task_id)) for task_id in task_ids]


def _task_cell(task: TaskResult | None) -> str:
    return points(task.score) if task is not None and task.verdict.counts else ""


def defused(cell: str) -> str:
    """Puts an apostrophe before what a spreadsheet would take for a formula, and spells out control characters."""
    return ("'" if cell.startswith(FORMULA_STARTS) else "") + printable(cell)
