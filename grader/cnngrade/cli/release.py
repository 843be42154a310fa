"""`cnngrade release`: a week for students, from an allow-list, and only where `verify` passes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import UserError

if TYPE_CHECKING:
    from cnngrade.course import Course, Week


@click.command(epilog="Example: cnngrade release week2 --to ~/released")
@click.argument("week")
@click.option(
    "--to", type=click.Path(path_type=Path), metavar="DIR", required=True, help="Where to; made where it is missing."
)
@click.option("--solutions", is_flag=True, help="After the deadline: with the reference and the model answers.")
@click.option("--gradescope", is_flag=True, help="An autograder for Gradescope, hidden suite and all, in its place.")
@click.option(
    "--proof",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What `verify WEEK --json` has written of these very files, in place of verifying now.",
)
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes that verify; one per core by default."
)
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def release(
    week: str, to: Path, solutions: bool, gradescope: bool, proof: Path | None, workers: int | None, course: Path | None
) -> None:
    """Write the student bundle of a week: a zip with its handouts, starter, public suite, questions, and a cnngrade.

    Hidden suite, reference, known mistakes, rubrics and model answers have no way into it. The week is verified first,
    without training, and refused where something does not hold. The same files give the same bytes.
    """
    from cnngrade.course import find_course
    from cnngrade.release.bundle import bundle, bundle_name
    from cnngrade.release.packing import packed, write_whole

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    if chosen.hidden is None or chosen.solution is None:
        raise UserError(f"the hidden suite of {week} is not installed here", "`release` is for staff")
    if gradescope and solutions:
        raise UserError("--gradescope and --solutions exclude each other", "Release twice")
    if gradescope:
        from cnngrade.release.gradescope import EXECUTABLE, autograder

        name, what = f"{bundle_name(found, chosen)}-gradescope", "for Gradescope alone: it holds the hidden tests"
        content = packed(autograder(found, chosen), EXECUTABLE)
    else:
        name = bundle_name(found, chosen, solutions)
        what = "with reference and model answers" if solutions else "no hidden test, no solution"
        content = packed({f"{name}/{path}": data for path, data in bundle(found, chosen, solutions).items()})
    if proof is not None:
        from cnngrade.verify.proof import check_proof

        check_proof(proof, found, chosen)
    else:
        _verify(found, chosen, workers)
    sha256 = write_whole(to / f"{name}.zip", content)
    click.echo(f"{chosen.name}: {chosen.title}")
    click.echo(f"{to / name}.zip: {len(content) / 1e6:.1f} MB, {what}")
    click.echo(f"sha256 {sha256}")


def _verify(course: Course, week: Week, workers: int | None) -> None:
    """Raises `UserError` with what does not hold of the week, as far as can be told without training."""
    from cnngrade.cli.progress import cores
    from cnngrade.cli.verify import Progress
    from cnngrade.events import result
    from cnngrade.verify.claims import findings
    from cnngrade.verify.week import Options, judge_week

    only_training = all(task.data for task in week.tasks)
    options = Options(workers or cores(), training="quick" if only_training else "none")
    with Progress(f"verify {week.name}", quiet=False) as shown:
        evidence = result(judge_week(course, week, options), shown.show)
    if holds_not := findings(evidence):
        count = "1 thing does" if len(holds_not) == 1 else f"{len(holds_not)} things do"
        raise UserError(
            f"{week.name} is not released: {count} not hold, such as: {holds_not[0]}",
            f"See all of them with `cnngrade verify {week.name} --no-training`",
        )
