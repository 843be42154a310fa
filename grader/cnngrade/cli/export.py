"""`cnngrade export`: grades in the form that learning platforms import."""

from __future__ import annotations

from pathlib import Path

import click

from cnngrade.cli.troubles import tell
from cnngrade.reports.gradescope import VISIBILITIES


@click.command(epilog="Example: cnngrade export graded/ --format canvas --sheet 2026-10-12_Grades-CNN.csv")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--format", "kind", type=click.Choice(["csv", "canvas", "moodle", "gradescope"]), required=True)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="canvas, moodle: the sheet that you downloaded there; it is read, not changed.",
)
@click.option("--column", metavar="NAME", help="canvas, moodle: the column to fill, where it is not clear.")
@click.option("--to", type=click.Path(path_type=Path), metavar="PATH", help="Where to; a file or folder in OUT/export.")
@click.option(
    "--before-deduction", is_flag=True, help="What the work earned, where the platform deducts for being late."
)
@click.option("--scale", is_flag=True, help="canvas, moodle: convert to the points of the sheet.")
@click.option("--missing-as-zero", is_flag=True, help="Who handed in nothing gets a 0, not an empty cell.")
@click.option("--feedback", is_flag=True, help="moodle: fill the feedback comments too, with points by task.")
@click.option(
    "--visibility", type=click.Choice(VISIBILITIES), default="visible", help="gradescope: when students see results."
)
def export(
    out: Path,
    kind: str,
    sheet: Path | None,
    column: str | None,
    to: Path | None,
    before_deduction: bool,
    scale: bool,
    missing_as_zero: bool,
    feedback: bool,
    visibility: str,
) -> int:
    """Write the grades of OUT for Canvas, Moodle or Gradescope, or as a plain CSV.

    For Canvas and Moodle a sheet that was downloaded there is filled in: no row, no column and no other cell is touched.
    Scores are those after the deduction for being late. Who handed in nothing, or could not be graded, gets no score.
    """
    from cnngrade.barrier import Barrier
    from cnngrade.reports.sheets import Filling
    from cnngrade.services.export import Wanted, write_grades

    barrier = Barrier()
    filling = Filling(before_deduction, scale, missing_as_zero, feedback)
    written = write_grades(out, Wanted(kind, sheet, column, to, filling, visibility), barrier)
    for note in written.notes:
        click.echo(note, err=True)
    grades = "1 grade" if written.grades == 1 else f"{written.grades} grades"
    click.echo(f"{grades} written to {written.to}")
    return tell(barrier)
