"""The plan: which tasks are judged by which suites, on which data, and what their tests draw."""

from __future__ import annotations

from collections.abc import Sequence
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
    notes: list[str] = field(default_factory=list)  # a line for each data set that is not the first choice

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
    device: str = "auto",
    data_dir: Path | None = None,
    secret: bytes = b"",
) -> Plan:
    """Makes the plan for a week on this machine, for the tasks that `Week.chosen` finds.

    What hidden tests draw follows from `secret`. Raises `UserError` for an unknown task, `DataError` for broken data, or for
    `device="cuda"` where there is none.
    """
    tasks, where, notes = week.chosen(chosen), chosen_device(device), list[str]()
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
                notes.append(line)
        if arrays := found[names]:
            data[task.id] = (arrays, next(choice for choice in task.data if choice.name == arrays.name))
    return Plan(course, week, tasks, list(suites), data, where, Draws(secret, week.name), notes)


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
