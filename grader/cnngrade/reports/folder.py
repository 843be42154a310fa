"""The files of an output folder: a page and a JSON file per student, the gradebook, and the page of the class."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from cnngrade.errors import OutputError
from cnngrade.facts import Change, Report
from cnngrade.reports import report_folder
from cnngrade.reports.classpage import class_page, outline
from cnngrade.reports.gradebook import changes_csv, gradebook_csv
from cnngrade.reports.html import student_page
from cnngrade.reports.json import from_json, to_json

CHANGES = "changes.csv"


def write_atomically(path: Path, text: str) -> None:
    """Writes a whole file or none: a reader never sees half of it. Raises `OutputError`."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, prefix=".", suffix=".part", delete=False
        ) as file:
            temporary = file.name
            file.write(text)
        Path(temporary).chmod(0o644)
        os.replace(temporary, path)  # noqa: PTH105  (the same on every platform)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}",
            "What was graded so far is kept in grades.db; make room or fix the permissions, then run the same command again",
        ) from None


def write_student(out: Path, report: Report, week_title: str) -> None:
    """`reports/<student>/report.html` and `report.json`; the latter last, so that it is there only with its page."""
    folder, text = _folder(out, report), to_json(report)
    # From the text, as `cnngrade report` does later: the order of a dict's keys is not kept there.
    write_atomically(folder / "report.html", student_page(from_json(text), week_title))
    write_atomically(folder / "report.json", text)


def is_written(out: Path, report: Report) -> bool:
    """Whether `write_student` has finished for this very report: not so after a full disk, a kill or a lost file."""
    folder = _folder(out, report)
    try:
        return (folder / "report.html").is_file() and (folder / "report.json").read_text("utf-8") == to_json(report)
    except (OSError, UnicodeDecodeError):
        return False


def _folder(out: Path, report: Report) -> Path:
    return out / "reports" / report_folder(report.student)


def write_class(out: Path, reports: Iterable[Report], week_title: str) -> None:
    """`gradebook.csv` and `index.html`; of a report no more is kept than they show."""
    outlines = [outline(report) for report in reports]
    task_ids = list(dict.fromkeys(task.id for report in outlines for task in report.tasks))
    write_atomically(out / "gradebook.csv", gradebook_csv(outlines, task_ids))
    if outlines:
        write_atomically(out / "index.html", class_page(outlines[0].course, outlines[0].week, week_title, outlines))


def write_changes(out: Path, changes: Sequence[Change]) -> None:
    """`changes.csv`: whose points moved when a task was judged again, and why; no file where none did."""
    if changes:
        write_atomically(out / CHANGES, changes_csv(changes))
