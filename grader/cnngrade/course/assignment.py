"""Reads `assignment.toml`: what a week asks, what it is worth, and which resources it may use."""

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
    """What one test may use while it runs beside the student's code.

    `seconds` are wall clock. `cpu_seconds` are CPU time of all its processes and threads together. `total_seconds` are
    wall clock of all tests of a task. The memory limit comes on top of what Python and torch occupy, and memory that
    the kernel holds for the code counts. Of printed text, `output_kb` are kept. Printing more than `printed_mb` ends
    the test.
    """

    seconds: float
    memory_mb: int
    output_kb: int
    cpu_seconds: float = math.inf
    processes: int = 64
    file_mb: int = 256
    scratch_mb: int = 256
    printed_mb: int = 1000  # read and dropped at once; a correct program may print a lot
    gpu_memory_mb: int = 6000
    total_seconds: float = math.inf


def most_of(limits: Iterable[Limits]) -> Limits:
    """Returns the largest value of each limit."""
    every = [vars(each) for each in limits]
    return Limits(**{name: max(each[name] for each in every) for name in every[0]})


def generous(limits: Limits) -> Limits:
    """Returns limits for the course's own code: as `limits`, but with more CPU time and memory.

    The CPU time is not limited, and the memory has room for what this code keeps of other submissions.
    """
    memory, gpu = 4 * limits.memory_mb, 4 * limits.gpu_memory_mb
    return replace(limits, memory_mb=memory, gpu_memory_mb=gpu, cpu_seconds=math.inf)


@dataclass(frozen=True)
class DataChoice:
    """A data set that an accuracy task may use. `threshold` is an accuracy in (0, 1]."""

    name: str
    threshold: float
    epochs: int
    batch_size: int
    provenance: str


@dataclass(frozen=True)
class Training:
    """How the nets of an accuracy task are trained: by the student's function, by the student's epochs, or by our loop.

    `nets` are the symbols of the nets. `by` is the symbol of a function (loader, epochs, device) -> trained net.
    `epoch` is the symbol of a function (model, loader, loss_fn, optimizer, device) that trains one epoch. At most one
    of `by` and `epoch` is given. `permute` is the symbol of a function (images, permutation) -> images. If it is given,
    each net is trained once more on permuted pixels.
    """

    nets: tuple[str, ...]
    by: str | None
    epoch: str | None
    permute: str | None


@dataclass(frozen=True)
class Task:
    """A task, which carries points. `symbols` are `file.py:Name`, and `line` is its line in assignment.toml."""

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
    """The contents of assignment.toml."""

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
    processes: int | None = Field(default=None, ge=8)  # a DataLoader has workers, and torch has threads
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
    """Reads the assignment from its file. Returns None if something is wrong.

    `file.problems` then says what is wrong.
    """
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
    """Returns the stated limits. Defaults: CPU time is twice the wall clock, all tests together get three times one test's."""
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
