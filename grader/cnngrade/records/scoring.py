"""Adds up points, and says which status follows from them: no other module does either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cnngrade.records.report import NOWHERE, Environment, Report, Status, TaskResult, Verdict, WrittenResult

UNSCORED = (Status.INCOMPLETE, 0.0, 0.0, 0.0, 0.0)
"""Stands for a report's status and totals until `scored` has computed them."""


def scored(report: Report, questions: float | None = None) -> Report:
    """Computes the status and the totals of a report from its other facts. Returns the report with them.

    `questions` are the points of the week's written questions, where the report lists no answers to them.
    """
    earned, possible = points_of(report.tasks)
    answers, listed = points_of_answers(report.written)
    return replace(
        report,
        status=_status(report),
        auto_score=earned,
        auto_max_score=possible,
        score=earned + answers,
        max_score=possible + (listed if questions is None else questions),
    )


def _status(report: Report) -> Status:
    """A report without a single task has not been judged: that is our error, as it is for a task without a test."""
    if not report.handed_in:
        return Status.INCOMPLETE
    if not report.tasks or any(task.verdict is Verdict.GRADER_ERROR for task in report.tasks):
        return Status.GRADER_ERROR
    waiting = report.pending or any(answer.score is None for answer in report.written)
    return Status.INCOMPLETE if waiting else Status.GRADED


def points_of(tasks: Iterable[TaskResult]) -> tuple[float, float]:
    """Adds up the points of tasks. Returns those earned and those possible; a task that was not graded has neither."""
    judged = list(tasks)
    return sum((task.score for task in judged), 0.0), sum(
        (task.max_score for task in judged if task.verdict.counts), 0.0
    )


def points_of_answers(written: Iterable[WrittenResult]) -> tuple[float, float]:
    """Adds up the points of written answers. Returns those earned, as far as they are marked, and those possible."""
    answers = list(written)
    return sum((answer.score or 0.0 for answer in answers), 0.0), sum((answer.max_score for answer in answers), 0.0)


def waiting_points(report: Report) -> float:
    """Adds up the points of the written answers that wait for a mark."""
    return points_of_answers(answer for answer in report.written if answer.score is None)[1]


def lost_points(tasks: Iterable[TaskResult]) -> float:
    """Adds up what tasks did not earn of their points."""
    return sum(task.max_score - task.score for task in tasks)


def is_full(report: Report) -> bool:
    """Tells whether the tasks of a report have earned all points that they could."""
    return report.auto_score >= report.auto_max_score


def failed_report(
    course: str,
    week: str,
    student: str,
    note: str,
    tasks: Sequence[TaskResult] = (),
    environment: Environment = NOWHERE,
) -> Report:
    """Makes the report of a student on whom the grader failed: no points, none lost, and a note that says why."""
    return scored(Report(course, week, student, *UNSCORED, list(tasks), [], environment, [note]))
