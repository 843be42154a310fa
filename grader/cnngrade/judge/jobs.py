"""What a judging process is given at a time: a submission, and some of its tasks.

A task that trains is a job of its own, so that it can be done apart from those that take milliseconds, and again alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cnngrade.course.assignment import Task
from cnngrade.submissions import Submission


@dataclass(frozen=True)
class Job:
    """A submission, and the ids of the tasks to judge of it: all that are planned where none is named."""

    submission: Submission
    tasks: tuple[str, ...] = ()
    trains: bool = False

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """What tells jobs apart."""
        return self.submission.student, self.tasks

    def of(self, tasks: Iterable[Task]) -> list[Task]:
        """Those of the planned `tasks` that are to be judged."""
        return [task for task in tasks if not self.tasks or task.id in self.tasks]


def split(submission: Submission, tasks: Sequence[Task], due: Collection[str], trained: Collection[str]) -> list[Job]:
    """The jobs for those of `tasks` that are `due`: each of the `trained` ones alone, and the others together."""
    mine = [task.id for task in tasks if task.id in due]
    quick = tuple(task for task in mine if task not in trained)
    jobs = [Job(submission, (task,), trains=True) for task in mine if task in trained]
    return [*jobs, Job(submission, quick)] if quick else jobs


def longest_first(jobs: Iterable[Job], seconds: Mapping[str, float]) -> list[Job]:
    """`jobs` in the order in which their tasks take long, by `seconds`; those that train stand before all others."""
    return sorted(jobs, key=lambda job: (not job.trains, -sum(seconds.get(task, 0.0) for task in job.tasks)))
