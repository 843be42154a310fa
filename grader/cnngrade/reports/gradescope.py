"""Renders `results.json`, which Gradescope reads from an autograder: a score, a box for each task, and a text above them."""

from __future__ import annotations

import json
from typing import Any

from cnngrade.records.report import Report, TaskResult, Verdict
from cnngrade.records.scoring import waiting_points
from cnngrade.reports import WORDS, failing, points, spelled_out

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")
_MOST_CHARACTERS = 4000  # of one task's box


def results_json(report: Report, visibility: str = "visible", raw: bool = False) -> str:
    """Writes a report in Gradescope's format. With `raw`, the score is the one before the deduction for being late.

    Gradescope shows `score`, even if the sum of the tests differs. So a deduction counts, and the tests show what the
    work earned.
    """
    plain: dict[str, Any] = {
        "score": report.score if raw else report.final_score,
        "output": _output(report, raw),
        "output_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "execution_time": round(sum(test.seconds for task in report.tasks for test in task.tests), 2),
        "tests": [_test(task, number, visibility) for number, task in enumerate(report.tasks, start=1)],
        "extra_data": {"cnngrade": report.environment.cnngrade, "week": report.week, "student": report.student},
    }
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _output(report: Report, raw: bool) -> str:
    lines = []
    if report.lateness and report.deduction and not raw:
        days = "1 day" if report.lateness.days == 1 else f"{report.lateness.days} days"
        lines.append(
            f"{days} late: {points(report.deduction)} points are deducted from the {points(report.score)} that the work "
            "earned."
        )
    waiting = waiting_points(report)
    if waiting:
        lines.append(f"Written answers wait for a mark: {points(waiting)} points.")
    lines += [spelled_out(note) for note in report.notes]
    return "\n".join(lines)


def _test(task: TaskResult, number: int, visibility: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": f"{task.title} ({WORDS[task.verdict]})",
        "name_format": "text",
        "number": str(number),
        "output": _box(task)[:_MOST_CHARACTERS],
        "output_format": "text",
        "visibility": visibility,
        "tags": list(task.symbols),
    }
    if task.verdict.counts:  # a task that was not graded neither costs nor earns points, so it has no score
        told |= {"score": task.score, "max_score": task.max_score}
        told["status"] = "passed" if task.verdict is Verdict.PASS else "failed"
    return told


def _box(task: TaskResult) -> str:
    parts = [f"{spelled_out(test.claim)}\n{spelled_out(test.message)}".strip() for test in failing(task)]
    if task.hint:
        parts.append(f"Hint: {task.hint}")
    if task.verdict is Verdict.PASS:
        parts.append("Every claim holds.")
    return "\n\n".join(parts)
