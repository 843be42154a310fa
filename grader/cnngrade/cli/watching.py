"""What `cnngrade check --watch` does: checks a task again whenever a file that it depends on has been saved."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import UserError
from cnngrade.judge.allowance import allowance_of

if TYPE_CHECKING:
    from cnngrade.course import Course, Week
    from cnngrade.course.assignment import Task
    from cnngrade.records.report import Report, TaskResult
    from cnngrade.sandbox.outside.interface import Isolation
    from cnngrade.submissions import Submission

_STEP = 30  # milliseconds without another change after which a save is over
_LOOK = 1000  # milliseconds until the first look for what was saved while the first check ran


def watch(course: Course, week: Week, folder: Path, tasks: Sequence[str], device: str, data_dir: Path | None) -> int:
    """Checks all tasks, then those of each file that is saved, until Ctrl-C; returns the exit code.

    Tasks that train a network are left out, unless `tasks` names them. Raises `UserError` where there is nothing to watch.
    """
    _require_folder(folder)
    saves = _saves(folder)
    click.echo(f"watching {folder}; the first check comes when PyTorch is loaded")
    from cnngrade.sandbox.outside.forkserver import warm
    from cnngrade.submissions import read_submission

    def read() -> Submission:
        return read_submission(folder, week.name, week.files)

    try:
        with warm(device) as isolation:
            checking = _Checking(course, week, tasks, isolation, device, data_dir)
            seen = read()
            checking.check(seen, [task.id for task in checking.tasks], "everything")
            for _ in saves:
                now = read()
                changed = changes(seen.files, now.files)
                if changed:
                    checking.check(now, checking.affected(now.files, changed), ", ".join(sorted(changed)))
                seen = now
    except KeyboardInterrupt:
        click.echo("\nno longer watching")
    return 0


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


class _Checking:
    """The week's tasks, and the last result of each."""

    def __init__(
        self,
        course: Course,
        week: Week,
        chosen: Sequence[str],
        isolation: Isolation,
        device: str,
        data_dir: Path | None,
    ) -> None:
        self._course, self._week, self._isolation = course, week, isolation
        isolation.start_ahead(week.most.output_kb * 1024, allowance_of(week.most))
        from cnngrade.judge.plan import chosen_tasks, make_plan

        wanted = [task.id for task in chosen_tasks(week, chosen) if chosen or not task.data]
        if not wanted:
            raise UserError("no task is left to check without training", "Name one with --task")
        self._plan = make_plan(
            course,
            week,
            suites=[week.public],
            chosen=wanted,
            device=device,
            data_dir=data_dir,
        )
        for note in self._plan.notes:
            click.echo(note, err=True)
        self._results: dict[str, TaskResult] = {}

    @property
    def tasks(self) -> list[Task]:
        """The tasks that are checked."""
        return self._plan.tasks

    def affected(self, files: Mapping[str, bytes], changed: set[str]) -> list[str]:
        """The tasks whose files changed, or import one that did."""
        reached = dependents(files, changed)
        return [task.id for task in self.tasks if reached & {symbol.partition(":")[0] for symbol in _symbols(task)}]

    def check(self, submission: Submission, tasks: Sequence[str], what: str) -> None:
        """Judges some tasks, and shows them."""
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
        _show(
            reports, f"{time.strftime('%H:%M:%S')} {what}: {_count(len(tasks))} checked in {seconds:.1f} s", self._sum()
        )

    def _sum(self) -> str:
        from cnngrade.reports import points

        score = sum(task.score for task in self._results.values())
        most = sum(task.max_score for task in self._results.values() if task.verdict.counts)
        return f"{_count(len(self._results))} of {self._week.name}: {points(score)} of {points(most)} points"


def _symbols(task: Task) -> list[str]:
    training = task.training
    named = [*training.nets, training.by, training.epoch, training.permute] if training else []
    return [*task.symbols, *(symbol for symbol in named if symbol)]


def _count(number: int) -> str:
    return "1 task" if number == 1 else f"{number} tasks"


def _show(reports: Sequence[Report], heading: str, total: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from cnngrade.reports.terminal import task_table

    console = Console()
    console.print(Text(heading, style="bold"))
    for report in reports:
        task_table(report, console)
    console.print(Text(f"{total}; saving a file checks it again, Ctrl-C ends", style="dim"))
