"""`cnngrade check`: a student's own run of a week's suites, as a table."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import GraderError, UserError
from cnngrade.events import Note, result

if TYPE_CHECKING:
    from cnngrade.course import Week
    from cnngrade.records.report import Report, TestResult
    from cnngrade.reference.code import TrustedCode
    from cnngrade.services.watch import Checked, Ended, Watching


@click.command(epilog="Example: cnngrade check week2 --task lenet")
@click.argument("week")
@click.option(
    "--submission", type=click.Path(path_type=Path), metavar="DIR", help="Your files; by default here or ./WEEK."
)
@click.option("--task", "tasks", multiple=True, metavar="T", help="Only this task; may be given more than once.")
@click.option("--no-training", is_flag=True, help="Leave out the tasks that train a network.")
@click.option("--hidden", is_flag=True, help="Run the hidden suite too, where it is installed.")
@click.option("--watch", is_flag=True, help="Go on: check a file's tasks again whenever you save it.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="Where networks compute.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="A folder with data sets.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def check(
    week: str,
    submission: Path | None,
    tasks: tuple[str, ...],
    no_training: bool,
    hidden: bool,
    watch: bool,
    device: str,
    data: Path | None,
    as_json: bool,
    course: Path | None,
) -> int:
    """Check your work on a week: a table of tasks with points, what failed and why.

    Runs the public suite. Your code runs in a process of its own, with a time limit. Of the written answers it says
    which are empty, too short, or still the sheet's own text; it never judges them. Exit code 1 says that points were
    lost. With --watch it checks again what you save until Ctrl-C, without the tasks that train, unless --task names them.
    """
    from cnngrade.course import find_course, secret_of
    from cnngrade.judge.allowance import allowance_of
    from cnngrade.sandbox.outside.process import FreshProcess
    from cnngrade.submissions import read_submission

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    if hidden and (chosen.hidden is None or chosen.solution is None):
        raise UserError(f"the hidden suite of {week} is not installed here", "Leave out --hidden")
    if watch:
        from cnngrade.services.watch import watch as checks

        if hidden or as_json:
            raise UserError("--watch shows the public suite on a terminal", "Leave out --hidden and --json")
        result(checks(found, chosen, _folder(submission, chosen), tasks, device, data), _show_check)
        return 0
    read = read_submission(_folder(submission, chosen), week, chosen.files)
    with FreshProcess(device) as isolation:
        # Torch takes seconds to import, there and here: the two imports run side by side.
        isolation.start_ahead(chosen.most.output_kb * 1024, allowance_of(chosen.most))
        from cnngrade.judge.grading import Graded, judged
        from cnngrade.judge.jobs import Job
        from cnngrade.judge.plan import make_plan
        from cnngrade.records.report import TestResult

        wanted = [task.id for task in chosen.chosen(tasks) if not (no_training and task.data)]
        if not wanted:
            raise UserError("no task is left to check", "Leave out --no-training, or choose another --task")
        plan = make_plan(
            found,
            chosen,
            suites=[chosen.public, *([chosen.hidden] if hidden and chosen.hidden else [])],
            chosen=wanted,
            device=device,
            data_dir=data,
            secret=secret_of(found) if hidden else b"",
        )
        for note in plan.notes:
            click.echo(note, err=True)
        with (
            _Progress(quiet=as_json) as progress,
            _our_code(chosen, plan.device) as ours,
            closing(judged(plan, [Job(read)], isolation, ours)) as results,
        ):
            for each in results:
                if isinstance(each, TestResult):
                    progress.step(each)
                elif isinstance(each, Graded):
                    report = each.report
    return _show(report, as_json, written=not tasks)


def _our_code(week: Week, device: str) -> AbstractContextManager[TrustedCode | None]:
    """Returns the reference and the known mistakes where they are installed: with staff."""
    if week.solution is None or week.hidden is None:
        return nullcontext()
    from cnngrade.reference.code import TrustedCode

    return TrustedCode(week, device)


def _folder(given: Path | None, week: Week) -> Path:
    if given is not None:
        return given
    for folder in (Path.cwd(), Path.cwd() / week.name):
        if any((folder / name).is_file() for name in (*week.files, f"{week.name}.ipynb")):
            return folder
    raise UserError(
        f"there is no {' or '.join((*week.files, f'{week.name}.ipynb'))} here or in ./{week.name}",
        f"Run `cnngrade start {week.name}` first, or name your folder with --submission DIR",
    )


def _show(report: Report, as_json: bool, written: bool) -> int:
    from cnngrade.records.report import Status
    from cnngrade.records.scoring import is_full

    if as_json:
        from cnngrade.records.json import to_json

        click.echo(to_json(report), nl=False)
    else:
        from rich.console import Console

        from cnngrade.reports.terminal import task_table

        task_table(report, Console(), written)
    if report.status is Status.GRADER_ERROR:
        return GraderError.exit_code
    return 0 if is_full(report) else 1


def _show_check(event: Watching | Note | Checked | Ended) -> None:
    """Shows what `--watch` has to say."""
    from rich.console import Console
    from rich.text import Text

    from cnngrade.reports.terminal import task_table
    from cnngrade.services.watch import Checked, Ended, Watching, count

    match event:
        case Watching(folder):
            click.echo(f"watching {folder}; the first check comes when PyTorch is loaded")
        case Note(line):
            click.echo(line, err=True)
        case Checked(what, tasks, seconds, reports, total):
            console = Console()
            heading = f"{time.strftime('%H:%M:%S')} {what}: {count(tasks)} checked in {seconds:.1f} s"
            console.print(Text(heading, style="bold"))
            for report in reports:
                task_table(report, console)
            console.print(Text(f"{total}; saving a file checks it again, Ctrl-C ends", style="dim"))
        case Ended():
            click.echo("\nno longer watching")


class _Progress:
    """The claim that is being tested, on a terminal; nothing in a log."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console

        console = Console(stderr=True)
        show = console.is_terminal and not quiet and sys.stderr.isatty()
        self._status = console.status("starting") if show else None

    def step(self, result: TestResult) -> None:
        """Shows that one more test has been run; an id may have brackets in it, which are no markup."""
        from rich.text import Text

        if self._status:
            self._status.update(Text(f"{result.id}: {result.verdict}"[:70]))

    def __enter__(self) -> _Progress:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()
