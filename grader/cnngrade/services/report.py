"""Writes every page of a class again, from what is stored."""

from __future__ import annotations

from pathlib import Path

from cnngrade.barrier import Barrier
from cnngrade.records.database import Grades
from cnngrade.reports.folder import write_class, write_student


def write_reports(out: Path, barrier: Barrier) -> int:
    """Writes all reports, the gradebook and the page of the class. Returns how many reports."""
    with Grades(out) as store:
        title, count = store.fact("week_title"), 0
        for report in store.reports(barrier):
            with barrier.around(report.student, "write the report"):
                write_student(out, report, title, barrier)
                count += 1
        write_class(out, store.reports(barrier), title, barrier)
    return count
