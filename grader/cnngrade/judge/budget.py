"""What a job may cost in all. Each test has a limit of its own; a budget bounds their sum.

What counts is the wall clock that the submission's code keeps the judge waiting: its answers, importing its files, and starting
its process again after it has ended it. A task has `total_seconds` of assignment.toml for all of its tests together, a job
`FLOOR` or the largest of these. Both grow by `TIMES` of what our own code needed for the same tests, measured in the same run:
on a machine that is slow, or busy, everything takes longer, and ours too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from cnngrade.course.assignment import Task

FLOOR = 180.0  # seconds; a week's tests take our own code one or two
TIMES = 20.0
IMPORT = 30.0  # seconds for each of the files
AGAIN = 10.0  # seconds more for all that is imported again


class Budget:
    """What a job on `tasks` has left; without tasks there is no end to it."""

    def __init__(self, tasks: Iterable[Task] = ()) -> None:
        tasks = list(tasks)
        self._of_task = {task.id: task.limits.total_seconds for task in tasks}
        files = {symbol.partition(":")[0] for task in tasks for symbol in task.symbols}
        quick = [task.limits.total_seconds for task in tasks if not task.training]
        trainings = sum(task.limits.total_seconds for task in tasks if task.training)
        self._of_job = max([FLOOR, *quick]) + trainings if tasks else math.inf
        self._of_imports = IMPORT * len(files) + AGAIN if tasks else math.inf
        self._spent: defaultdict[str, float] = defaultdict(float)
        self._spent_in_all = self._importing = 0.0
        self._task = self._ended_by = ""

    def begin(self, task: str) -> None:
        """A test of `task` begins: what is spent from now on is the task's."""
        self._task = task

    def extend(self, seconds: float) -> None:
        """Our own code needed `seconds` for a test of the task that is being judged."""
        self._of_job += TIMES * seconds
        if self._task in self._of_task:
            self._of_task[self._task] += TIMES * seconds

    def spend(self, seconds: float) -> None:
        """The code has kept the judge waiting."""
        self._spent[self._task] += seconds
        self._spent_in_all += seconds

    def spend_on_import(self, seconds: float) -> None:
        """So it has while its files were imported, which serves all tasks."""
        self._importing += seconds

    def note_end(self) -> None:
        """The code has ended its process, or had to be ended: starting another one is the task's to pay."""
        self._ended_by = self._task

    def spend_on_start(self, seconds: float) -> None:
        """A process has been started; the first one costs nothing, nor does another task's end of it."""
        if self._ended_by:
            self._spent[self._ended_by] += seconds
        self._ended_by = ""

    def left(self, importing: bool = False) -> float:
        """Seconds that the next answer, or import, may take; zero or less where nothing is left."""
        if importing:
            return self._of_imports - self._importing
        return min(self._of_job - self._spent_in_all, self._of_task.get(self._task, math.inf) - self._spent[self._task])

    def spent(self, importing: bool = False) -> str:
        """Which budget has been used up, in words."""
        if importing:
            return f"its files have {self._of_imports:.3g} seconds in all for being imported"
        if self._spent_in_all >= self._of_job:
            return f"the submission has {self._of_job:.3g} seconds in all"
        return f"the tests of one task have {self._of_task.get(self._task, math.inf):.3g} seconds together"
