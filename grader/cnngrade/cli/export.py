"""`cnngrade export`: grades in the form that learning platforms import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import UserError
from cnngrade.reports.gradescope import VISIBILITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnngrade.barrier import Barrier
    from cnngrade.records.report import Report
    from cnngrade.reports.sheets import Filling


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
    from cnngrade.cli.troubles import tell
    from cnngrade.records.database import Grades
    from cnngrade.reports.folder import write_atomically
    from cnngrade.reports.sheets import Filling

    barrier = Barrier()
    with Grades(out) as store:
        reports, title = list(store.reports(barrier)), store.fact("week_title")
    if not reports:
        raise UserError(f"{out} holds no grades yet", "Run `cnngrade grade` first")
    filling = Filling(before_deduction, scale, missing_as_zero, feedback)
    if kind in ("canvas", "moodle"):
        if sheet is None:
            where = {"canvas": "Grades, Export", "moodle": "the assignment's Download grading worksheet"}[kind]
            raise UserError(
                f"--format {kind} fills a sheet of yours", f"Download it ({where}), and give it with --sheet"
            )
        target = to or out / "export" / sheet.name
        _apart(target, sheet)
        _fill(kind, sheet, target, reports, filling, title, column, barrier)
    elif kind == "csv":
        from cnngrade.reports.plain import plain_csv

        target = to or out / "export" / "grades.csv"
        write_atomically(target, plain_csv(reports, filling, barrier))
        click.echo(f"{_count(len(reports))} written to {target}")
    else:
        _write_results(reports, to or out / "export" / "gradescope", filling, visibility, barrier)
    return tell(barrier)


def _apart(target: Path, sheet: Path) -> None:
    if target.resolve() == sheet.resolve():
        raise UserError(f"{sheet} would be overwritten", "Choose another file with --to")


def _fill(
    kind: str,
    path: Path,
    target: Path,
    reports: Sequence[Report],
    filling: Filling,
    title: str,
    column: str | None,
    barrier: Barrier,
) -> None:
    from cnngrade.reports.folder import write_atomically
    from cnngrade.reports.sheets import fill_canvas, fill_moodle, read_sheet

    sheet = read_sheet(path)
    if kind == "canvas":
        filled = fill_canvas(sheet, reports, filling, title, column, barrier)
    else:
        filled = fill_moodle(sheet, reports, filling, column, barrier)
    write_atomically(target, filled.text)
    for note in filled.notes:
        click.echo(note, err=True)
    click.echo(f"{_count(filled.written)} written to {target}")


def _write_results(
    reports: Sequence[Report], folder: Path, filling: Filling, visibility: str, barrier: Barrier
) -> None:
    from cnngrade.reports import report_folder
    from cnngrade.reports.folder import write_atomically
    from cnngrade.reports.gradescope import results_json

    left: list[str] = []
    written = 0
    for report in reports:
        with barrier.around(report.student, "write the results for Gradescope", "The others are written"):
            if filling.score(report) is None:
                left.append(report.student)
                continue
            # Gradescope knows its submissions by the names that its export gave them.
            where = folder / report_folder(report.keys.get("gradescope", report.student)) / "results.json"
            write_atomically(where, results_json(report, visibility, filling.raw))
            written += 1
    if left:
        click.echo(f"without a score, and left out: {', '.join(left)}", err=True)
    click.echo(f"{_count(written)} written to {folder}")


def _count(number: int) -> str:
    return "1 grade" if number == 1 else f"{number} grades"
