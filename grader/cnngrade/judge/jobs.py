"""What a judging process is given at a time: a submission, and some of its tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cnngrade.course.assignment import Task
from cnngrade.submissions import Submission


@dataclass(frozen=True)
class Job:
    """A submission, and the ids of the tasks to judge of it: all that are planned where none is named."""

    submission: Submission
    tasks: tuple[str, ...] = ()

    def of(self, tasks: Iterable[Task]) -> list[Task]:
        """Those of the planned `tasks` that are to be judged."""
        return [task for task in tasks if not self.tasks or task.id in self.tasks]
