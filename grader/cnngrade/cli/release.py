"""`cnngrade release`: a week for students, from an allow-list, and only where `verify` passes it."""

from __future__ import annotations

from pathlib import Path

import click

from cnngrade.cli.progress import BatchProgress, cores
from cnngrade.events import result


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
    from cnngrade.services.release import release_week

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    with BatchProgress() as progress:
        released = result(
            release_week(found, chosen, to, solutions, gradescope, proof, workers or cores()), progress.show
        )
    click.echo(f"{chosen.name}: {chosen.title}")
    click.echo(f"{released.path}: {released.size / 1e6:.1f} MB, {released.what}")
    click.echo(f"sha256 {released.sha256}")
