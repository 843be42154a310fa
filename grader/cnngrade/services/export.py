"""Writes the grades of a class in the form that learning platforms import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnngrade.barrier import Barrier
from cnngrade.errors import UserError
from cnngrade.records.database import Grades
from cnngrade.records.report import Report
from cnngrade.reports import report_folder
from cnngrade.reports.folder import write_atomically
from cnngrade.reports.gradescope import results_json
from cnngrade.reports.plain import plain_csv
from cnngrade.reports.sheets import Filling, fill_canvas, fill_moodle, read_sheet


@dataclass(frozen=True)
class Wanted:
    """What is to be written, and where to; `sheet` is what was downloaded from Canvas or Moodle."""

    kind: str
    sheet: Path | None
    column: str | None
    to: Path | None
    filling: Filling
    visibility: str


@dataclass(frozen=True)
class Written:
    """Where how many grades have been written, and lines for whoever asked."""

    to: Path
    grades: int
    notes: Sequence[str] = ()


def write_grades(out: Path, wanted: Wanted, barrier: Barrier) -> Written:
    """Writes the grades of `out`. Raises `UserError` where there are none, or the sheet is wrong.

    What goes wrong with one student is held back by the `barrier`.
    """
    with Grades(out) as store:
        reports, title = list(store.reports(barrier)), store.fact("week_title")
    if not reports:
        raise UserError(f"{out} holds no grades yet", "Run `cnngrade grade` first")
    if wanted.kind in ("canvas", "moodle"):
        if wanted.sheet is None:
            where = {"canvas": "Grades, Export", "moodle": "the assignment's Download grading worksheet"}[wanted.kind]
            raise UserError(
                f"--format {wanted.kind} fills a sheet of yours", f"Download it ({where}), and give it with --sheet"
            )
        return _fill(wanted, wanted.sheet, wanted.to or out / "export" / wanted.sheet.name, reports, title, barrier)
    if wanted.kind == "csv":
        to = wanted.to or out / "export" / "grades.csv"
        write_atomically(to, plain_csv(reports, wanted.filling, barrier))
        return Written(to, len(reports))
    return _write_results(reports, wanted, wanted.to or out / "export" / "gradescope", barrier)


def _fill(wanted: Wanted, path: Path, to: Path, reports: Sequence[Report], title: str, barrier: Barrier) -> Written:
    if to.resolve() == path.resolve():
        raise UserError(f"{path} would be overwritten", "Choose another file with --to")
    sheet = read_sheet(path)
    if wanted.kind == "canvas":
        filled = fill_canvas(sheet, reports, wanted.filling, title, wanted.column, barrier)
    else:
        filled = fill_moodle(sheet, reports, wanted.filling, wanted.column, barrier)
    write_atomically(to, filled.text)
    return Written(to, filled.written, filled.notes)


def _write_results(reports: Sequence[Report], wanted: Wanted, folder: Path, barrier: Barrier) -> Written:
    left: list[str] = []
    written = 0
    for report in reports:
        with barrier.around(report.student, "write the results for Gradescope", "The others are written"):
            if wanted.filling.score(report) is None:
                left.append(report.student)
                continue
            # Gradescope knows its submissions by the names that its export gave them.
            where = folder / report_folder(report.keys.get("gradescope", report.student)) / "results.json"
            write_atomically(where, results_json(report, wanted.visibility, wanted.filling.raw))
            written += 1
    return Written(folder, written, [f"without a score, and left out: {', '.join(left)}"] if left else [])
