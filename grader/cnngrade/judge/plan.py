"""The plan: which tasks are judged by which suites, on which data, and what their tests draw."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cnngrade.course.assignment import DataChoice, Task
from cnngrade.course.location import Course, Week, suite_sha256
from cnngrade.datasets import Arrays, load_first
from cnngrade.errors import UserError
from cnngrade.judge.draws import Draws


@dataclass(frozen=True)
class Plan:
    """What is run: the tasks, the suites, the data sets by task id, and what the tests may use."""

    course: Course
    week: Week
    tasks: list[Task]
    suites: list[Path]
    data: dict[str, tuple[Arrays, DataChoice]]
    device: str  # "cpu" or "cuda"
    draws: Draws = field(default_factory=Draws)  # of the hidden suite

    @cached_property
    def suite_sha256(self) -> str:
        """The digest of what decides a grade, as reports name it; read once for all of them."""
        return suite_sha256(self.week)


def make_plan(
    course: Course,
    week: Week,
    *,
    suites: Sequence[Path],
    chosen: Sequence[str] = (),
    without: Callable[[Task], bool] = lambda _task: False,
    device: str = "auto",
    data_dir: Path | None = None,
    secret: bytes = b"",
    tell: Callable[[str], None] = lambda _line: None,
) -> Plan:
    """The plan for a week on this machine; `tell` gets a line for each data set that is not the first choice.

    What hidden tests draw follows from `secret`. `chosen` are task ids (all when empty). Raises `UserError` for an unknown
    one, `DataError` for broken data, or for `device="cuda"` where there is none.
    """
    known = {task.id: task for task in week.tasks}
    for name in chosen:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise UserError(f"{week.name} has no task {name!r}", f"{hint}Known: {', '.join(known)}")
    tasks = [task for task in week.tasks if (not chosen or task.id in chosen) and not without(task)]
    where = chosen_device(device)
    data: dict[str, tuple[Arrays, DataChoice]] = {}
    found: dict[tuple[str, ...], Arrays | None] = {}
    for task in tasks:
        names = tuple(choice.name for choice in task.data)
        if not names or ("cuda" in task.needs and where != "cuda"):
            continue
        if names not in found:
            found[names], line = load_first(names, data_dir)
            arrays = found[names]
            if arrays is None or arrays.name != names[0]:
                tell(line)
        if arrays := found[names]:
            data[task.id] = (arrays, next(choice for choice in task.data if choice.name == arrays.name))
    return Plan(course, week, tasks, list(suites), data, where, Draws(secret, week.name))


def chosen_device(wanted: str) -> str:
    """`cpu` or `cuda`: what "auto" comes to here. Raises `UserError` where CUDA is asked for and missing."""
    if wanted == "cpu":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if wanted == "cuda":
        raise UserError(
            "--device cuda: this machine has no GPU that torch can use", "Run `cnngrade doctor` for details"
        )
    return "cpu"
