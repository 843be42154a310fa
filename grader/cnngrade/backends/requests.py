"""What waits to be judged: a student, and some tasks. The submission is read when its turn comes.

A task that trains is a request of its own, so that it can be judged apart from those that take milliseconds, and again alone.
So a class needs no more memory than a student.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cnngrade.course.assignment import Task


@dataclass(frozen=True)
class Request:
    """What waits: whose, which tasks, and whether they train."""

    student: str
    tasks: tuple[str, ...] = ()
    trains: bool = False


def split(student: str, tasks: Sequence[Task], due: Collection[str], trained: Collection[str]) -> list[Request]:
    """What to ask for of those of `tasks` that are `due`: each of the `trained` ones alone, and the others together."""
    mine = [task.id for task in tasks if task.id in due]
    quick = tuple(task for task in mine if task not in trained)
    requests = [Request(student, (task,), trains=True) for task in mine if task in trained]
    return [*requests, Request(student, quick)] if quick else requests


def longest_first(requests: Iterable[Request], seconds: Mapping[str, float]) -> list[Request]:
    """`requests` in the order in which their tasks take long, by `seconds`; those that train stand before all others."""
    return sorted(requests, key=lambda each: (not each.trains, -sum(seconds.get(task, 0.0) for task in each.tasks)))
