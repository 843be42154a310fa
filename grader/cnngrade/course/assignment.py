"""`assignment.toml`: what a week asks, what it is worth, and what it may cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from cnngrade.course.course_file import CourseFile, Id, Points, Prose, Schema, Table, tables
from cnngrade.course.late import Late, LatePolicy

POINTS_OF_A_WEEK = 100


@dataclass(frozen=True)
class Limits:
    """What one test's work beside the student's code may cost.

    `seconds` are wall clock, `cpu_seconds` the CPU's, of all its processes and threads together; `total_seconds` are wall clock
    of all tests of a task. Memory is on top of what Python and torch occupy, and what the kernel holds for the code counts.
    Of what the code prints `output_kb` are kept, and more than `printed_mb` end it.
    """

    seconds: float
    memory_mb: int
    output_kb: int
    cpu_seconds: float = math.inf
    processes: int = 64
    file_mb: int = 256
    scratch_mb: int = 256
    printed_mb: int = 1000  # drained as it comes; a right program may talk a lot
    gpu_memory_mb: int = 6000
    total_seconds: float = math.inf


def most_of(limits: Iterable[Limits]) -> Limits:
    """The largest of each limit."""
    every = [vars(each) for each in limits]
    return Limits(**{name: max(each[name] for each in every) for name in every[0]})


def generous(limits: Limits) -> Limits:
    """For our own code: as many seconds of CPU as it takes, and memory for what it keeps of other submissions."""
    memory, gpu = 4 * limits.memory_mb, 4 * limits.gpu_memory_mb
    return replace(limits, memory_mb=memory, gpu_memory_mb=gpu, cpu_seconds=math.inf)


@dataclass(frozen=True)
class DataChoice:
    """A data set that an accuracy task may use; `threshold` is an accuracy in (0, 1]."""

    name: str
    threshold: float
    epochs: int
    batch_size: int
    provenance: str


@dataclass(frozen=True)
class Training:
    """How an accuracy task's nets are trained: by the student's function, with the student's epochs, or by our own loop.

    `nets` are the symbols of the nets, `by` that of a function (loader, epochs, device) -> trained net, `epoch` that of a
    function (model, loader, loss_fn, optimizer, device) that trains one epoch; at most one of the two is given. With
    `permute`, the symbol of a function (images, permutation) -> images, each net is trained once more on permuted pixels.
    """

    nets: tuple[str, ...]
    by: str | None
    epoch: str | None
    permute: str | None


@dataclass(frozen=True)
class Task:
    """What carries points; `symbols` are `file.py:Name`, `line` is where assignment.toml states the task."""

    id: str
    title: str
    points: float
    symbols: tuple[str, ...]
    limits: Limits
    needs: tuple[str, ...]
    data: tuple[DataChoice, ...]
    training: Training | None
    line: int


@dataclass(frozen=True)
class Assignment:
    """What assignment.toml states."""

    title: str
    files: tuple[str, ...]
    tasks: tuple[Task, ...]
    late: LatePolicy | None = None


# --- what the file may say -------------------------------------------------------------------------------------------


def _python_file(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    if not (dot and suffix == "py" and stem.isidentifier()):
        raise ValueError(f"{name!r} is not the name of a Python file, such as 'models.py'")
    return name


def _symbol(text: str, info: ValidationInfo) -> str:
    file, colon, name = text.partition(":")
    if not (colon and name.isidentifier() and file.endswith(".py")):
        raise ValueError(f"{text!r} is not of the form 'file.py:Name'")
    files = (info.context or {}).get("files", ())
    if file not in files:
        known = ", ".join(str(each) for each in files) or "empty"
        raise ValueError(f"{file!r} of {text!r} is not in 'files' ({known})")
    return text


class _TaskLimits(Table):
    seconds: float | None = Field(default=None, gt=0)
    cpu_seconds: float | None = Field(default=None, gt=0)
    memory_mb: int | None = Field(default=None, gt=0)
    output_kb: int | None = Field(default=None, ge=0)
    processes: int | None = Field(default=None, ge=8)  # a DataLoader's workers, and torch's own threads
    file_mb: int | None = Field(default=None, gt=0)
    scratch_mb: int | None = Field(default=None, gt=0)
    printed_mb: int | None = Field(default=None, gt=0)
    gpu_memory_mb: int | None = Field(default=None, gt=0)
    total_seconds: float | None = Field(default=None, gt=0)


class _Limits(_TaskLimits):
    seconds: float = Field(gt=0)
    memory_mb: int = Field(gt=0)
    output_kb: int = Field(ge=0)


class _DataChoice(Table):
    name: Literal["mnist", "cifar10", "cifar10-jpeg", "digits"]
    threshold: float = Field(gt=0, le=1)
    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    provenance: Prose


class _Training(Table):
    net: Annotated[str, AfterValidator(_symbol)] | None = None
    nets: list[Annotated[str, AfterValidator(_symbol)]] = Field(default=[])
    by: Annotated[str, AfterValidator(_symbol)] | None = None
    epoch: Annotated[str, AfterValidator(_symbol)] | None = None
    permute: Annotated[str, AfterValidator(_symbol)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.net) == bool(self.nets):
            raise ValueError("states the 'net', or several 'nets'")
        if self.by and self.epoch:
            raise ValueError("a net is trained either 'by' a function or by the 'epoch'")
        if self.by and self.nets:
            raise ValueError("'by' trains one 'net', and not several 'nets'")
        return self


class _Task(Table):
    id: Id
    title: Prose
    points: Points
    symbols: list[Annotated[str, AfterValidator(_symbol)]] = Field(min_length=1)
    limits: _TaskLimits = _TaskLimits()
    needs: list[Literal["cuda"]] = Field(default=[])
    data: list[_DataChoice] = Field(default=[])
    training: _Training | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.data) != bool(self.training):
            raise ValueError("an accuracy task states 'data' and 'training', any other neither")
        return self


class _Assignment(Table):
    schema_: Schema
    title: Prose
    files: list[Annotated[str, AfterValidator(_python_file)]] = Field(min_length=1)
    limits: _Limits
    late: Late | None = None
    task: list[_Task] = Field(min_length=1)


def read_assignment(file: CourseFile) -> Assignment | None:
    """What the file states, or None where something is wrong; `file.problems` then says what."""
    files = file.data.get("files")
    checked = file.validated(_Assignment, {"files": files if isinstance(files, list) else ()})
    file.forbid_twins(("files",))
    file.forbid_twins(("task",), "id")
    for number, task in enumerate(tables(file.data.get("task"))):
        file.forbid_twins(("task", number, "symbols"), where=task)
        file.forbid_twins(("task", number, "data"), "name", where=task)
    if checked is None or file.problems:
        return None
    limits = checked.limits.model_dump(exclude_none=True)
    tasks = (_task(task, limits, file.line(("task", number))) for number, task in enumerate(checked.task))
    late = checked.late.policy() if checked.late else None
    return Assignment(checked.title, tuple(checked.files), tuple(tasks), late)


def _limits(stated: dict[str, Any]) -> Limits:
    """Where nothing is said of the CPU, two cores' worth of the wall clock; of all tests together, three times one's."""
    return Limits(**{"cpu_seconds": 2.0 * stated["seconds"], "total_seconds": 3.0 * stated["seconds"], **stated})


def _task(task: _Task, defaults: dict[str, Any], line: int) -> Task:
    return Task(
        id=task.id,
        title=task.title,
        points=task.points,
        symbols=tuple(task.symbols),
        limits=_limits(defaults | task.limits.model_dump(exclude_none=True)),
        needs=tuple(task.needs),
        data=tuple(DataChoice(**choice.model_dump()) for choice in task.data),
        training=_training(task.training) if task.training else None,
        line=line,
    )


def _training(training: _Training) -> Training:
    nets = (training.net,) if training.net else tuple(training.nets)
    return Training(nets, training.by, training.epoch, training.permute)
