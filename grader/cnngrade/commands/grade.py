"""`cnngrade grade`: every submission of a class, in parallel, into a folder of reports."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import UserError

if TYPE_CHECKING:
    from cnngrade.course import Course, Week
    from cnngrade.facts import Report
    from cnngrade.store import Store
    from cnngrade.submissions import Submission


@click.command(epilog="Example: cnngrade grade week2 submissions/ --out graded/")
@click.argument("week")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="Where the reports go.")
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes side by side; one per core by default."
)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="Where networks compute.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="A folder with data sets.")
@click.option("--regrade", is_flag=True, help="Grade again what is graded already.")
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def grade(
    week: str,
    submissions: Path,
    out: Path,
    workers: int | None,
    device: str,
    data: Path | None,
    regrade: bool,
    course: Path | None,
) -> int:
    """Grade every submission in a folder: sub-folders, .zip and .tar.gz files.

    Each finished submission is stored at once. Stopped at any moment, the same command goes on where it was; what has
    not changed is not graded again.
    """
    from cnngrade.course import find_course
    from cnngrade.judge.grading import make_plan
    from cnngrade.reports.folder import write_class
    from cnngrade.store import Store
    from cnngrade.submissions import collect

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    if chosen.hidden is None or chosen.solution is None:
        raise UserError(
            f"the hidden suite of {week} is not installed here", "`grade` is for staff; students use `check`"
        )
    notes: list[str] = []
    read = collect(submissions, week, chosen.files, notes)
    plan = make_plan(
        found, chosen, suites=[chosen.hidden], with_reference=True, device=device, data_dir=data,
        tell=lambda line: click.echo(line, err=True),
    )  # fmt: skip
    for note in notes:
        click.echo(note, err=True)
    with Store(out) as store:
        _same_week(store, chosen)
        store.remember(week_title=chosen.title, course=found.name)
        run = _Run(
            store, out, chosen, found, plan.device, {task: choice.name for task, (_, choice) in plan.data.items()}
        )
        try:
            lost = run.grade(read, workers or os.cpu_count() or 1, device, data, regrade)
        finally:
            write_class(out, list(store.reports()), chosen.title)
    click.echo(f"{run.done} graded, {run.kept} unchanged; open {out / 'index.html'}")
    return 1 if lost else 0


def _same_week(store: Store, week: Week) -> None:
    other = [name for name in store.weeks() if name != week.name]
    if other:
        raise UserError(f"{store.path} holds grades of {other[0]}", f"Give {week.name} an --out folder of its own")


class _Run:
    """One run over a class: what to skip, and what to do with each report."""

    def __init__(self, store: Store, out: Path, week: Week, course: Course, device: str, data: dict[str, str]) -> None:
        from cnngrade import __version__
        from cnngrade.course import suite_sha256

        self.store, self.out, self.week, self.course, self.device = store, out, week, course, device
        self._conditions = (__version__, suite_sha256(week), device, repr(sorted(data.items())))
        self._keys: dict[str, str] = {}
        self.done = self.kept = 0

    def grade(
        self, submissions: Iterable[Submission], workers: int, device: str, data: Path | None, regrade: bool
    ) -> int:
        """Grades what has changed; returns how many submissions lost points."""
        from cnngrade.judge.crew import Orders, grade_all

        changed, total = self._changed(list(submissions), regrade)
        if changed:
            with _Progress(total=total, done=self.kept) as bar:

                def receive(report: Report) -> None:
                    self._keep(report)
                    bar.step(report)

                orders = Orders(self.course.root, self.week.name, device, data)
                grade_all(orders, changed, min(workers, len(changed)), receive, self._lost)
        return sum(report.auto_score < report.auto_max_score for report in self.store.reports())

    def _changed(self, submissions: list[Submission], regrade: bool) -> tuple[list[Submission], int]:
        from cnngrade.store import key_of

        stored = self.store.keys(self.week.name)
        changed = []
        for submission in submissions:
            problem = submission.problem or ""
            key = key_of(submission.student, submission.sha256, problem, *submission.notes, *self._conditions)
            self._keys[submission.student] = key
            if regrade or stored.get(submission.student) != key:
                changed.append(submission)
        self.kept = len(submissions) - len(changed)
        return changed, len(submissions)

    def _keep(self, report: Report) -> None:
        from cnngrade.facts import Status
        from cnngrade.reports.folder import write_student

        # What our own error spoilt is tried again by the next run: it has no key that fits.
        key = "" if report.status is Status.GRADER_ERROR else self._keys[report.student]
        self.store.add(report, key)
        write_student(self.out, report, self.week.title)
        self.done += 1

    def _lost(self, submission: Submission, why: str) -> None:
        click.echo(
            f"{submission.student}: not graded, {why}. Run the same command again, or look into it by hand", err=True
        )


class _Progress:
    """A bar with a rate and the time left on a terminal; a line per submission in a log."""

    def __init__(self, total: int, done: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._total, self._done = total, done
        console = Console(stderr=True)
        columns = (
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        self._bar = Progress(*columns, console=console) if console.is_terminal else None
        self._task = self._bar.add_task("", total=total, completed=done, rate="") if self._bar else None

    def step(self, report: Report) -> None:
        """One more is finished."""
        self._done += 1
        if self._bar is None or self._task is None:
            points = f"{report.auto_score:g} of {report.auto_max_score:g}"
            click.echo(f"{self._done}/{self._total} {report.student}: {points} points", err=True)
            return
        self._bar.advance(self._task)
        speed = self._bar.tasks[0].speed
        self._bar.update(self._task, rate=f"{speed * 60:.1f} a minute" if speed else "")

    def __enter__(self) -> _Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
