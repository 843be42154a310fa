"""Renders `grades.csv`: names and ids beside every score, for systems that have no format of their own here."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from cnngrade.barrier import STRICT, Barrier
from cnngrade.records.report import Report
from cnngrade.reports import points, status_of
from cnngrade.reports.gradebook import defused, lateness_cells
from cnngrade.reports.sheets import Filling

_KEYS = ("email", "sid", "canvas", "moodle", "github")


def plain_csv(reports: Sequence[Report], filling: Filling, barrier: Barrier = STRICT) -> str:
    """Writes one row per student: the student, the score to enter, and its parts.

    `score` is empty if there is no score to publish. Text that students chose cannot run as a formula.
    """
    keys = [key for key in _KEYS if any(key in report.keys for report in reports)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = ["student", "name", *keys, "week", "status", "score", "max_score", "earned", "handed_in", "due"]
    writer.writerow([*head, "late_days", "deduction", "after_deduction"])
    for report in sorted(reports, key=lambda report: report.student):
        with barrier.around(report.student, "write the row", "The others are written"):
            writer.writerow(_row(report, keys, filling))
    return text.getvalue()


def _row(report: Report, keys: Sequence[str], filling: Filling) -> list[str]:
    score, late = filling.score(report), report.lateness
    return [
        *(defused(cell) for cell in (report.student, report.name, *(report.keys.get(key, "") for key in keys))),
        report.week,
        status_of(report),
        "" if score is None else points(score),
        points(report.max_score),
        points(report.score),
        late.handed_in if late else "",
        late.due if late else "",
        *lateness_cells(report),
    ]
