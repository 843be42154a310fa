"""`cnngrade grade`: every submission of a class, in parallel, into a folder of reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.cli.collecting import collecting
from cnngrade.cli.progress import RunProgress, cores
from cnngrade.cli.troubles import tell
from cnngrade.events import result

if TYPE_CHECKING:
    from cnngrade.submissions.intake import Wishes

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
    from cnngrade.course import find_course
    from cnngrade.services.grade_class import Asked, grade_class

    found = find_course(Path.cwd(), course)
    asked = Asked(
        submissions, out, wishes, workers or cores(), device, data, isolation,
        regrade, only, tasks, limit, secret_file, keep_models=not no_models,
    )  # fmt: skip
    barrier = Barrier()
    with RunProgress() as progress:
        run = result(grade_class(found, found.week(week), asked, barrier), progress.show)
    for line in run.changes:
        click.echo(line, err=True)
    code = max(run.exit_code, tell(barrier))
    click.echo(f"{run.told}; open {out / 'index.html'}")
    return code
