"""`cnngrade grade`: every submission of a class, in parallel, into a folder of reports."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.cli.collecting import collecting
from cnngrade.cli.progress import cores
from cnngrade.cli.troubles import tell
from cnngrade.errors import UserError

if TYPE_CHECKING:
    from cnngrade.course import Week
    from cnngrade.judge.plan import Plan
    from cnngrade.records.database import Store
    from cnngrade.submissions.intake import Wishes


_GPU_SHARE = 0.9  # of its memory; the rest is for what CUDA itself needs
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
@click.option("--only", multiple=True, metavar="STUDENT", help="Only this student; may be given more than once.")
@click.option("--task", "tasks", multiple=True, metavar="T", help="Only this task; may be given more than once.")
@click.option(
    "--secret-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="CNNGRADE_SECRET_FILE",
    show_envvar=True,
    help="What hidden inputs are drawn from; by default the file `secret` of the course, made at first use.",
)
@click.option("--no-models", is_flag=True, help="Keep no trained models; those of a large net fill the disk.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Grade at most N submissions, and leave the others.")
@collecting
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
    only: tuple[str, ...],
    tasks: tuple[str, ...],
    secret_file: Path | None,
    no_models: bool,
    limit: int | None,
    wishes: Wishes,
    course: Path | None,
) -> int:
    """Grade every submission in a folder: sub-folders, .zip, .tar.gz and .ipynb files.

    Unpacked downloads of Canvas, Moodle, Gradescope and GitHub Classroom are recognised by how they name things. A
    --roster has a column `student` with ids, and may have `name`, `email`, `canvas id`, `github`, `extension` (a date, or a
    number of days) and `handed in`; gradebooks that those platforms export will do. [late] in assignment.toml says what a
    late day costs: reports show the deduction beside the points, which stay what they are.

    What is judged is stored at once. Stopped at any moment, the same command goes on where it was. Where the suite, the
    reference, the data or a submission has changed, the tasks that this touches are judged again, and OUT/changes.csv
    says whose points moved and why; trained models are kept in OUT/models, and serve again.
    """
    from cnngrade.barrier import Barrier
    from cnngrade.course import find_course, secret_of
    from cnngrade.records.database import Store
    from cnngrade.reports.folder import write_changes, write_class
    from cnngrade.sandbox.outside import strongest
    from cnngrade.submissions.intake import call

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    if chosen.hidden is None or chosen.solution is None:
        raise UserError(
            f"the hidden suite of {week} is not installed here", "`grade` is for staff; students use `check`"
        )
    _check_tasks(chosen, tasks)
    _apart(out, submissions)
    kind = strongest(isolation)
    secret = secret_of(found, secret_file)
    barrier = Barrier()
    called = call(submissions, chosen, wishes, barrier)
    from cnngrade.backends.local import Orders
    from cnngrade.cli.class_run import ClassRun

    # With torch, which takes seconds: after all that is quick to find wrong.
    from cnngrade.judge.grading import nothing_handed_in
    from cnngrade.judge.plan import make_plan

    plan = make_plan(found, chosen, suites=[chosen.hidden], device=device, data_dir=data, secret=secret)
    for note in [*plan.notes, *called.notes]:
        click.echo(note, err=True)
    with Store(out) as store:
        _same_week(store, chosen)
        store.remember(week_title=chosen.title, course=found.name)
        called.roll.nothing = nothing_handed_in(plan)
        if not wishes.roster and (earlier := store.fact("roster")):
            click.echo(
                f"an earlier run had the roster {earlier}; without --roster its names and extensions go", err=True
            )
        store.remember(roster=str(wishes.roster or ""))
        store.call_roll(called.roll)
        run = ClassRun(store, out, plan, called.read, barrier)
        orders = Orders(
            found.root, week, device, data, kind, models=None if no_models else out / "models", secret=secret
        )
        try:
            requests = run.requests(_only(called.to_grade, only), regrade, tasks, limit)
            run.grade(requests, orders, workers or cores(), _trainings(plan))
        except KeyboardInterrupt:
            click.echo(f"{run.told()}; all of it is kept, and the same command goes on from here", err=True)
            raise
        finally:
            write_class(out, store.reports(barrier), chosen.title, barrier)
            write_changes(out, store.changes())
        code = run.exit_code()
    for line in run.told_of_changes():
        click.echo(line, err=True)
    code = max(code, tell(barrier))
    click.echo(f"{run.told()}; open {out / 'index.html'}")
    return code


def _check_tasks(week: Week, tasks: Sequence[str]) -> None:
    known = [task.id for task in week.tasks]
    for name in tasks:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise UserError(f"{week.name} has no task {name!r}", f"{hint}Known: {', '.join(known)}")


def _only(everybody: Collection[str], students: Sequence[str]) -> Collection[str]:
    """Those of `students`, or all where none is named."""
    for name in students:
        if name not in everybody:
            near = difflib.get_close_matches(name, everybody, n=1)
            raise UserError(f"there is no submission of {name!r}", f"Did you mean {near[0]!r}?" if near else "")
    return list(dict.fromkeys(students)) or everybody


def _trainings(plan: Plan) -> int | None:
    """How many trainings fit into the memory of the GPU at a time; None where the CPU's cores are the limit."""
    if plan.device != "cuda":
        return None
    import torch

    memory = torch.cuda.get_device_properties(0).total_memory / 2**20
    most = max((task.limits.gpu_memory_mb for task in plan.tasks if task.training), default=1)
    return max(1, int(_GPU_SHARE * memory / most))


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
