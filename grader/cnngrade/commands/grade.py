"""`cnngrade grade`: every submission of a class, in parallel, into a folder of reports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import GraderError, UserError

if TYPE_CHECKING:
    from cnngrade.course import Week
    from cnngrade.facts import Report
    from cnngrade.judge.crew import Orders
    from cnngrade.judge.grading import Plan
    from cnngrade.store import Store
    from cnngrade.submissions import Submission


KINDS = ("auto", "sandbox", "flat-sandbox", "landlock", "none")


@click.command(epilog="Example: cnngrade grade week2 submissions/ --out graded/")
@click.argument("week")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="Where the reports go.")
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes side by side; one per core by default."
)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="Where networks compute.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="A folder with data sets.")
@click.option(
    "--isolation",
    type=click.Choice(KINDS),
    default="auto",
    help="What keeps submissions apart; the strongest by default.",
)
@click.option("--regrade", is_flag=True, help="Grade again what is graded already.")
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def grade(
    week: str,
    submissions: Path,
    out: Path,
    workers: int | None,
    device: str,
    data: Path | None,
    isolation: str,
    regrade: bool,
    course: Path | None,
) -> int:
    """Grade every submission in a folder: sub-folders, .zip, .tar.gz and .ipynb files.

    Each finished submission is stored at once. Stopped at any moment, the same command goes on where it was; what has
    not changed is not graded again.
    """
    from cnngrade.course import find_course
    from cnngrade.isolation import strongest
    from cnngrade.reports.folder import write_class
    from cnngrade.store import Store
    from cnngrade.submissions import collect

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    if chosen.hidden is None or chosen.solution is None:
        raise UserError(
            f"the hidden suite of {week} is not installed here", "`grade` is for staff; students use `check`"
        )
    _apart(out, submissions)
    kind = strongest(isolation)
    notes: list[str] = []
    read = collect(submissions, week, chosen.files, notes)
    from cnngrade.judge.crew import Orders
    from cnngrade.judge.grading import make_plan  # torch, and seconds: after all that is quick to find wrong

    plan = make_plan(
        found, chosen, suites=[chosen.hidden], with_reference=True, device=device, data_dir=data,
        tell=lambda line: click.echo(line, err=True),
    )  # fmt: skip
    for note in notes:
        click.echo(note, err=True)
    with Store(out) as store:
        _same_week(store, chosen)
        store.remember(week_title=chosen.title, course=found.name)
        run = _Run(store, out, plan)
        try:
            run.grade(list(read), Orders(found.root, week, device, data, kind), workers or _cores(), regrade)
        except KeyboardInterrupt:
            click.echo(f"{run.told()}; all of it is kept, and the same command goes on from here", err=True)
            raise
        finally:
            write_class(out, list(store.reports()), chosen.title)
        code = run.exit_code()
    click.echo(f"{run.told()}; open {out / 'index.html'}")
    return code


def _apart(out: Path, submissions: Path) -> None:
    inside, around = out.resolve(), submissions.resolve()
    if inside == around or around in inside.parents:
        raise UserError(
            f"--out {out} lies in the folder of submissions, and would be taken for one",
            "Choose a folder outside of it",
        )


def _same_week(store: Store, week: Week) -> None:
    other = [name for name in store.weeks() if name != week.name]
    if other:
        raise UserError(f"{store.path} holds grades of {other[0]}", f"Give {week.name} an --out folder of its own")


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Run:
    """One run over a class: what to skip, and what to do with each report."""

    def __init__(self, store: Store, out: Path, plan: Plan) -> None:
        from cnngrade import __version__
        from cnngrade.course import suite_sha256

        self.store, self.out, self.plan, self.week = store, out, plan, plan.week
        data = sorted((task, choice.name) for task, (_, choice) in plan.data.items())
        self._conditions = (__version__, suite_sha256(self.week), plan.device, repr(data))
        self._keys: dict[str, str] = {}
        self.done = self.kept = self.total = 0
        self.not_judged: list[str] = []

    def grade(self, submissions: Sequence[Submission], orders: Orders, workers: int, regrade: bool) -> None:
        """Grades what has changed, and writes the pages that an earlier run could not."""
        from cnngrade.judge.crew import grade_all
        from cnngrade.reports.folder import is_written, write_student

        changed = self._changed(submissions, regrade)
        for report in self.store.reports():
            if not is_written(self.out, report):
                write_student(self.out, report, self.week.title)
        if not changed:
            return
        with _Progress(self.total, self.kept) as bar:

            def receive(report: Report) -> None:
                self._keep(report)
                bar.step(report)

            def lose(submission: Submission, why: str) -> None:
                receive(_not_judged(self.plan, submission, why))

            grade_all(orders, changed, min(workers, len(changed)), receive, lose)

    def _changed(self, submissions: Sequence[Submission], regrade: bool) -> list[Submission]:
        from cnngrade.store import key_of

        stored = self.store.keys(self.week.name)
        changed = []
        for submission in submissions:
            problem = submission.problem or ""
            key = key_of(submission.student, submission.sha256, problem, *submission.notes, *self._conditions)
            self._keys[submission.student] = key
            if regrade or stored.get(submission.student) != key:
                changed.append(submission)
        self.total = len(submissions)
        self.kept = self.total - len(changed)
        if gone := sorted(stored.keys() - self._keys.keys()):
            some = ", ".join(gone[:5]) + (", ..." if len(gone) > 5 else "")
            click.echo(f"graded earlier, not among the submissions any more, and kept: {some}", err=True)
        return changed

    def _keep(self, report: Report) -> None:
        from cnngrade.facts import Status
        from cnngrade.reports.folder import write_student

        failed = report.status is Status.GRADER_ERROR
        # What our own error spoilt is tried again by the next run: it has no key that fits.
        self.store.add(report, "" if failed else self._keys[report.student])
        self.done += 1
        if failed:
            self.not_judged.append(report.student)
        write_student(self.out, report, self.week.title)

    def told(self) -> str:
        """What came of the run, in words."""
        failed = f" (the grader failed on {', '.join(self.not_judged)})" if self.not_judged else ""
        return f"{self.done} of {self.total} graded{failed}, {self.kept} unchanged"

    def exit_code(self) -> int:
        """3 where the grader failed on a submission, 1 where one of the class lost points."""
        if self.not_judged:
            return GraderError.exit_code
        return int(any(report.auto_score < report.auto_max_score for report in self.store.reports()))


def _not_judged(plan: Plan, submission: Submission, why: str) -> Report:
    """The report of a submission that the grader failed on: no points, and none lost."""
    from cnngrade import __version__
    from cnngrade.course import suite_sha256
    from cnngrade.facts import Environment, Report, Status, TaskResult, Verdict

    environment = Environment(
        __version__, "", "", plan.device, plan.seed, "", {}, suite_sha256(plan.week), submission.sha256
    )
    tasks = [
        TaskResult(task.id, task.title, list(task.symbols), 0.0, task.points, Verdict.GRADER_ERROR)
        for task in plan.tasks
    ]
    note = f"not graded: {why}. The same command tries again; this is not the student's fault"
    return Report(
        plan.course.name, plan.week.name, submission.student, Status.GRADER_ERROR, 0.0, 0.0, 0.0, 0.0, tasks, [],
        environment, [note],
    )  # fmt: skip


class _Progress:
    """A bar with a rate and the time left on a terminal; a line per submission in a log."""

    def __init__(self, total: int, done: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._total, self._done, self._before = total, done, done
        console = Console(stderr=True)
        columns = (
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        # Submissions that train take minutes each: the rate is that of the whole run, not of its last seconds.
        self._bar = Progress(*columns, console=console, speed_estimate_period=3600) if console.is_terminal else None
        self._task = self._bar.add_task("", total=total, completed=done, rate="") if self._bar else None

    def step(self, report: Report) -> None:
        """One more is finished."""
        self._done += 1
        if self._bar is None or self._task is None:
            points = f"{report.auto_score:g} of {report.auto_max_score:g}"
            click.echo(f"{self._done}/{self._total} {report.student}: {points} points", err=True)
            return
        self._bar.advance(self._task)
        minutes = (self._bar.tasks[0].elapsed or 0.0) / 60
        self._bar.update(self._task, rate=f"{(self._done - self._before) / minutes:.1f} a minute" if minutes else "")

    def __enter__(self) -> _Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
