"""Puts a report together: from what a job has judged now, and from what earlier ones have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from cnngrade.course.assignment import Task
from cnngrade.records.report import Report, TaskResult, TestResult, Verdict
from cnngrade.records.scoring import scored

_PENDING = "not judged yet"


def assembled(tasks: Sequence[Task], new: Report, old: Report | None, due: Collection[str]) -> Report:
    """`new`, which has judged some of the week's `tasks`, with the results that `old` has of the others.

    Those that are still `due` stay as they were until they are judged; meanwhile the report is incomplete and says so.
    """
    results = {task.id: task for task in [*(old.tasks if old else []), *new.tasks]}
    whole = [results.get(task.id) or _pending(task) for task in tasks]
    waiting = [task.id for task in whole if task.id in due or is_pending(task)]
    environment = new.environment
    if old:
        environment = replace(
            environment,
            python=environment.python or old.environment.python,
            torch=environment.torch or old.environment.torch,
            data=old.environment.data | environment.data,
        )
    notes = [*new.notes, f"still to be judged: {', '.join(waiting)}"] if waiting else new.notes
    return scored(replace(new, tasks=whole, pending=waiting, environment=environment, notes=notes))


def is_pending(task: TaskResult) -> bool:
    """Whether nothing has judged the task yet."""
    return [test.message for test in task.tests] == [_PENDING]


def _pending(task: Task) -> TaskResult:
    waiting = TestResult("pending", "The task has not been judged yet.", Verdict.NOT_GRADED, _PENDING)
    return TaskResult(
        task.id, task.title, list(task.symbols), 0.0, task.points, Verdict.NOT_GRADED, tests=[waiting]
    )  # fmt: skip
