"""Checks a task again whenever a file that it depends on has been saved."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnngrade.errors import UserError
from cnngrade.events import Note
from cnngrade.judge.allowance import allowance_of

if TYPE_CHECKING:
    from cnngrade.course import Course, Week
    from cnngrade.course.assignment import Task
    from cnngrade.judge.plan import Plan
    from cnngrade.records.report import Report, TaskResult
    from cnngrade.sandbox.outside.interface import Isolation
    from cnngrade.submissions import Submission

_STEP = 30  # milliseconds without another change after which a save is over
_LOOK = 1000  # milliseconds until the first look for what was saved while the first check ran


@dataclass(frozen=True)
class Watching:
    """The folder is watched from now on."""

    folder: Path


@dataclass(frozen=True)
class Checked:
    """What was saved, and what a check of its tasks gave; `total` is the sum over all tasks, in words."""

    what: str
    tasks: int  # that were checked
    seconds: float
    reports: Sequence[Report]  # one, or none where no task was checked
    total: str


@dataclass(frozen=True)
class Ended:
    """Ctrl-C has been pressed."""


def watch(
    course: Course, week: Week, folder: Path, tasks: Sequence[str], device: str, data_dir: Path | None
) -> Generator[Watching | Note | Checked | Ended, None, None]:
    """Checks all tasks, then those of each file that is saved, until Ctrl-C. Yields what came of each check.

    Tasks that train a network are left out, unless `tasks` names them. Raises `UserError` where there is nothing to watch.
    """
    _require_folder(folder)
    saves = _saves(folder)
    yield Watching(folder)
    from cnngrade.sandbox.outside.forkserver import warm
    from cnngrade.submissions import read_submission

    def read() -> Submission:
        return read_submission(folder, week.name, week.files)

    try:
        with warm(device) as isolation:
            checking = yield from prepare(course, week, tasks, isolation, device, data_dir)
            seen = read()
            yield checking.check(seen, [task.id for task in checking.tasks], "everything")
            for _ in saves:
                now = read()
                changed = changes(seen.files, now.files)
                if changed:
                    yield checking.check(now, checking.affected(now.files, changed), ", ".join(sorted(changed)))
                seen = now
    except KeyboardInterrupt:
        yield Ended()


def _require_folder(folder: Path) -> None:
    if not folder.exists():
        raise UserError(f"no such submission: {folder}", "Give a folder or an .ipynb")
    if not folder.is_dir() and folder.suffix != ".ipynb":
        raise UserError(f"--watch: {folder} is neither a folder nor a notebook", "Unpack it, and give the folder")


def _saves(folder: Path) -> Iterator[object]:
    """Yields a while after it is asked first, and then whenever something in the folder has changed.

    Between two checks changes are kept; only those before the first one can be missed, so that it looks once in any case.
    """
    try:
        import watchfiles
    except ImportError:
        raise UserError(
            "--watch needs the package watchfiles, which is not installed here", "Run: pip install watchfiles"
        ) from None

    def each() -> Iterator[object]:
        looked = False
        place = folder if folder.is_dir() else folder.absolute().parent  # editors replace a file, and with it its watch
        for changed in watchfiles.watch(place, step=_STEP, rust_timeout=_LOOK, yield_on_timeout=True):
            if changed or not looked:
                looked = True
                yield changed

    return each()


def changes(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> set[str]:
    """The files that differ, or that only one of the two has."""
    return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}


def dependents(files: Mapping[str, bytes], changed: set[str]) -> set[str]:
    """`changed`, and every file that imports one of them, or one that does: as far as the text of an import tells."""
    reached = set(changed)
    waiting = list(changed)
    while waiting:
        stem = re.escape(waiting.pop().removesuffix(".py").rpartition("/")[2]).encode()
        imports = re.compile(rb"^[ \t]*(?:from|import)\b[^\n#]*\b" + stem + rb"\b", re.MULTILINE)
        for name, content in files.items():
            if name not in reached and name.endswith(".py") and imports.search(content):
                reached.add(name)
                waiting.append(name)
    return reached


def prepare(
    course: Course, week: Week, chosen: Sequence[str], isolation: Isolation, device: str, data_dir: Path | None
) -> Generator[Note, None, Checking]:
    """Loads PyTorch and the data. Yields what to know of the data. Returns what checks the week's tasks."""
    isolation.start_ahead(week.most.output_kb * 1024, allowance_of(week.most))
    from cnngrade.judge.plan import make_plan

    wanted = [task.id for task in week.chosen(chosen) if chosen or not task.data]
    if not wanted:
        raise UserError("no task is left to check without training", "Name one with --task")
    plan = make_plan(course, week, suites=[week.public], chosen=wanted, device=device, data_dir=data_dir)
    yield from map(Note, plan.notes)
    return Checking(plan, isolation)


class Checking:
    """The week's tasks, and the last result of each."""

    def __init__(self, plan: Plan, isolation: Isolation) -> None:
        self._plan, self._week, self._isolation = plan, plan.week, isolation
        self._results: dict[str, TaskResult] = {}

    @property
    def tasks(self) -> list[Task]:
        """The tasks that are checked."""
        return self._plan.tasks

    def affected(self, files: Mapping[str, bytes], changed: set[str]) -> list[str]:
        """The tasks whose files changed, or import one that did."""
        reached = dependents(files, changed)
        return [task.id for task in self.tasks if reached & {symbol.partition(":")[0] for symbol in _symbols(task)}]

    def check(self, submission: Submission, tasks: Sequence[str], what: str) -> Checked:
        """Judges some tasks. Returns what came of them."""
        from cnngrade.judge.grading import Graded, judged
        from cnngrade.judge.jobs import Job

        started = time.monotonic()
        reports: list[Report] = []
        if tasks:
            # Without the reference, as students have it; and each check would start it anew.
            with closing(judged(self._plan, [Job(submission, tuple(tasks))], self._isolation)) as results:
                reports += [result.report for result in results if isinstance(result, Graded)]
            # Where there is no fork the next process imports torch now, while the student thinks.
            self._isolation.start_ahead(self._week.most.output_kb * 1024, allowance_of(self._week.most))
        seconds = time.monotonic() - started
        for report in reports:
            self._results |= {task.id: task for task in report.tasks}
        return Checked(what, len(tasks), seconds, reports, self._sum())

    def _sum(self) -> str:
        from cnngrade.records.scoring import points_of
        from cnngrade.reports import points

        score, most = points_of(self._results.values())
        return f"{count(len(self._results))} of {self._week.name}: {points(score)} of {points(most)} points"


def _symbols(task: Task) -> list[str]:
    training = task.training
    named = [*training.nets, training.by, training.epoch, training.permute] if training else []
    return [*task.symbols, *(symbol for symbol in named if symbol)]


def count(number: int) -> str:
    """Says how many tasks, in words."""
    return "1 task" if number == 1 else f"{number} tasks"
