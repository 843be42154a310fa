"""Fills in gradebook sheets that an instructor has downloaded. Every other cell stays as it was.

Learning platforms recognise a sheet by its columns and its students by ids of their own, so nothing is invented: a
column has to exist, and only its cells are written. The sheet's encoding mark, separator and line ends are kept.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cnngrade.barrier import STRICT, Barrier
from cnngrade.errors import UserError
from cnngrade.records.report import Report, Status
from cnngrade.reports import points, spelled_out

_MARK = "\ufeff"
_AGAIN = "Download it again, and give it as it is"


@dataclass
class Sheet:
    """A CSV as rows of cells, and the form in which it is written."""

    path: Path
    rows: list[list[str]]
    separator: str = ","
    line_end: str = "\r\n"
    mark: bool = False

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return self.rows[0]

    def column(self, *names: str) -> int | None:
        """Returns the number of the first of these columns that exists, or None. Upper and lower case are equal."""
        known = [name.strip().casefold() for name in self.header]
        return next((known.index(name.casefold()) for name in names if name.casefold() in known), None)

    def text(self) -> str:
        """Returns the sheet as it is written to a file."""
        out = io.StringIO()
        csv.writer(out, delimiter=self.separator, lineterminator=self.line_end).writerows(self.rows)
        return (_MARK if self.mark else "") + out.getvalue()


@dataclass
class Filled:
    """The result of filling a sheet."""

    text: str
    written: int
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Filling:
    """How scores are written: before or after deductions, scaled to the sheet's points or not, absent as 0 or not at all."""

    raw: bool = False
    scale: bool = False
    zeros: bool = False
    feedback: bool = False

    def score(self, report: Report) -> float | None:
        """Returns the score to write, or None if there is no score to publish."""
        if report.status is Status.GRADER_ERROR or (not report.handed_in and not self.zeros):
            return None
        return report.score if self.raw else report.final_score

    def cell(self, report: Report, most: float | None) -> str | None:
        """Returns the score as the sheet has it, of `most` points, or None if there is no score to publish."""
        score = self.score(report)
        if score is None:
            return None
        return points(score * most / report.max_score if self.scale and most and report.max_score else score)


def read_sheet(path: Path) -> Sheet:
    """Reads a sheet. Raises `UserError` with the row if it is not valid UTF-8 or CSV."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(f"the sheet {path} cannot be read: {error.strerror}", "Give --sheet a CSV file") from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}: row {row} is not UTF-8 text", _AGAIN) from None
    marked = text.startswith(_MARK)
    text = text.removeprefix(_MARK)
    first = text.split("\n", 1)[0]
    rows: list[list[str]] = []
    # Spreadsheets in some countries separate cells by semicolons.
    separator = max(",;\t", key=first.count)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(cells)
    except csv.Error as error:
        raise UserError(f"{path}: row {len(rows) + 1} is no CSV ({error})", _AGAIN) from None
    if len(rows) < 2:
        raise UserError(f"{path} has no student in it", _AGAIN)
    for number, cells in enumerate(rows, start=1):
        if cells and len(cells) != len(rows[0]):
            raise UserError(f"{path}: row {number} has {len(cells)} cells, and row 1 has {len(rows[0])}", _AGAIN)
    return Sheet(path, rows, separator, "\r\n" if "\r\n" in text else "\n", marked)


# --- Canvas -----------------------------------------------------------------------------------------------------------


def fill_canvas(
    sheet: Sheet,
    reports: Sequence[Report],
    filling: Filling,
    title: str,
    column: str | None,
    barrier: Barrier = STRICT,
) -> Filled:
    """Fills one assignment's column of a gradebook that was exported from Canvas. Returns the result.

    `column` is part of the column's name. Without it, the week's `title` or id is searched. Raises `UserError` if the
    sheet is not from Canvas, the column is not clear, or its points differ from those of the grades.
    """
    identity = {"canvas": sheet.column("ID"), "sid": sheet.column("SIS User ID"), "login": sheet.column("SIS Login ID")}
    name = sheet.column("Student")
    # Canvas writes this row below the header, sometimes after a row of remarks.
    possible = next((row for row in sheet.rows[1:4] if row and row[0].strip() == "Points Possible"), None)
    if identity["canvas"] is None or possible is None:
        what = "it has no column 'ID'" if identity["canvas"] is None else "it has no row 'Points Possible'"
        raise UserError(f"{sheet.path} is no gradebook of Canvas: {what}", _AGAIN)
    week = reports[0].week if reports else ""
    at = _assignment(sheet, [column] if column else [title, week, re.sub(r"(\d+)", r" \1", week)], column is not None)
    most = _number(possible[at])
    _check_points(sheet, sheet.header[at], most, reports, filling)
    students = [row for row in sheet.rows[sheet.rows.index(possible) + 1 :] if row]

    def ids(row: list[str]) -> dict[str, str]:
        known = {
            kind: row[place].strip() for kind, place in identity.items() if place is not None and row[place].strip()
        }
        return known | ({"name": row[name]} if name is not None else {})

    kept: list[str] = []

    def write(row: list[str], report: Report) -> bool:
        # Canvas writes EX for an excused student. A grade would end the excuse.
        if row[at].strip().upper() in ("EX", "N/A"):
            kept.append(f"{report.student} ({row[at].strip()})")
            return False
        cell = filling.cell(report, most)
        if cell is not None:
            row[at] = cell
        return cell is not None

    filled = _fill(sheet, students, reports, ids, write, barrier)
    if kept:
        filled.notes.append(f"excused, or without this assignment, and left so: {', '.join(kept)}")
    return filled


def _assignment(sheet: Sheet, wanted: Sequence[str], exact: bool) -> int:
    """Returns the column of an assignment. Its heading is the title with Canvas's id at the end, `Week 2 (4711)`."""
    titled = {at: heading for at, heading in enumerate(sheet.header) if re.search(r"\(\d+\)\s*$", heading)}
    every = ", ".join(repr(spelled_out(heading)) for heading in titled.values()) or "none"
    for part in wanted:
        words = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)", re.IGNORECASE)
        found = [at for at, heading in titled.items() if words.search(heading)]
        # `Week 2` also fits `Week 2 bonus`, so a complete title counts first.
        whole = [at for at in found if re.sub(r"\s*\(\d+\)\s*$", "", titled[at]).casefold() == part.casefold()]
        found = whole if len(whole) == 1 else found
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            named = ", ".join(repr(spelled_out(titled[at])) for at in found)
            raise UserError(f"several columns of {sheet.path} fit {part!r}: {named}", "Say which with --column")
    what = f"fits {wanted[0]!r}" if exact else f"is named for {wanted[0]!r}"
    raise UserError(f"no assignment in {sheet.path} {what}", f"Say which with --column; there are: {every}")


# --- Moodle -----------------------------------------------------------------------------------------------------------


def fill_moodle(
    sheet: Sheet, reports: Sequence[Report], filling: Filling, column: str | None, barrier: Barrier = STRICT
) -> Filled:
    """Fills the grades (and with `feedback`, comments) of a grading worksheet from Moodle. Returns the result.

    Raises `UserError` if the sheet is not from Moodle, or its points differ from those of the grades.
    """
    identifier, grade = sheet.column("Identifier"), sheet.column(column or "Grade")
    if identifier is None or grade is None:
        missing = "Identifier" if identifier is None else column or "Grade"
        hint = "Download it in English: Moodle translates the columns of its worksheets"
        raise UserError(f"{sheet.path} is no grading worksheet of Moodle: it has no column {missing!r}", hint)
    most_at, locked_at = sheet.column("Maximum Grade"), sheet.column("Grade can be changed")
    comments = sheet.column("Feedback comments") if filling.feedback else None
    name, email, number = (
        sheet.column("Full name"),
        sheet.column("Email address"),
        sheet.column("ID number", "Username"),
    )
    students = [row for row in sheet.rows[1:] if row]
    most = _number(students[0][most_at]) if most_at is not None else None
    _check_points(sheet, "Maximum Grade", most, reports, filling)
    locked: list[str] = []

    def ids(row: list[str]) -> dict[str, str]:
        # `Participant 12345`, in the language of the site.
        known = {"moodle": re.sub(r"\D", "", row[identifier])}
        for kind, place in (("email", email), ("login", number), ("name", name)):
            if place is not None and row[place].strip():
                known[kind] = row[place].strip()
        return known

    def write(row: list[str], report: Report) -> bool:
        if locked_at is not None and row[locked_at].strip().casefold() == "no":
            locked.append(report.student)
            return False
        cell = filling.cell(report, _number(row[most_at]) if most_at is not None else None)
        if cell is None:
            return False
        row[grade] = cell
        if comments is not None:
            row[comments] = feedback(report, filling.raw)
        return True

    filled = _fill(sheet, students, reports, ids, write, barrier)
    if locked:
        filled.notes.append(
            f"Moodle lets nobody change these grades, and they were left as they are: {', '.join(locked)}"
        )
    return filled


def feedback(report: Report, raw: bool = False) -> str:
    """Returns what a student is told in one line: points by task, and a deduction. It holds no text of a student."""
    tasks = [
        f"{task.title}: {points(task.score)} of {points(task.max_score)}"
        for task in report.tasks
        if task.verdict.counts
    ]
    late = ""
    if report.deduction and report.lateness and not raw:
        late = (
            f"; {report.lateness.days} days late: {points(report.deduction)} of {points(report.score)} points deducted"
        )
    return "; ".join(tasks) + late


# --- both -------------------------------------------------------------------------------------------------------------


def _number(cell: str) -> float | None:
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def _check_points(sheet: Sheet, what: str, most: float | None, reports: Iterable[Report], filling: Filling) -> None:
    for report in reports:
        if filling.score(report) is not None and most is not None and not filling.scale and most != report.max_score:
            raise UserError(
                f"{sheet.path} has {points(most)} points in {spelled_out(what)!r}, and the grade of "
                f"{spelled_out(report.student)} is out of {points(report.max_score)}",
                "Give --scale to convert, or change the points there",
            )


def _fill(
    sheet: Sheet,
    students: Sequence[list[str]],
    reports: Sequence[Report],
    ids: Callable[[list[str]], dict[str, str]],
    write: Callable[[list[str], Report], bool],
    barrier: Barrier,
) -> Filled:
    """Writes each report into the one row of its student. Reports a student who fits no row, or several."""
    index = _Index(reports)
    found: dict[int, list[str]] = {}
    for row in students:
        report = index.report(ids(row))
        if report is not None:
            if id(report) in found:
                raise UserError(f"two rows of {sheet.path} fit {spelled_out(report.student)}", _AGAIN)
            found[id(report)] = row
    written = 0
    lost: list[str] = []
    for report in reports:
        with barrier.around(report.student, "fill in the row", "The others are filled in"):
            if id(report) in found:
                written += write(found[id(report)], report)
            else:
                lost.append(spelled_out(report.student))
    notes = []
    if lost:
        hint = "a roster with a column 'canvas id', 'moodle id' or 'email' says who they are"
        notes.append(f"graded, but not found in the sheet ({hint}): {', '.join(lost)}")
    if empty := len(students) - len(found):
        notes.append(f"rows of the sheet without a grade here, left as they are: {empty}")
    return Filled(sheet.text(), written, notes)


class _Index:
    """Finds the student of a row: first by the platform's id, last by a name, and never by a value that two share.

    A match in the same case counts before a match that differs in case.
    """

    _ORDER = ("canvas", "moodle", "sid", "login", "email", "name")

    def __init__(self, reports: Sequence[Report]) -> None:
        self._known: dict[tuple[str, str], list[Report]] = {}
        self._folded: dict[tuple[str, str], list[Report]] = {}
        for report in reports:
            held = {(kind, value) for kind, value in report.keys.items()}
            # The student's id in the grader may be any of the platform's ids that people type.
            held |= {(kind, report.student) for kind in ("sid", "login", "email")}
            held |= {("login", report.keys[kind]) for kind in ("sid", "email") if kind in report.keys}
            if report.name:
                held.add(("name", _name(report.name)))
            for kind, value in held:
                self._known.setdefault((kind, value), []).append(report)
                self._folded.setdefault((kind, value.casefold()), []).append(report)

    def report(self, ids: Mapping[str, str]) -> Report | None:
        """Returns the report of the student with these ids, or None."""
        for kind in self._ORDER:
            value = ids.get(kind, "")
            # Names are compared as sets of words, because some sheets write the last name first.
            value = _name(value) if kind == "name" else value
            for found in (self._known.get((kind, value), []), self._folded.get((kind, value.casefold()), [])):
                if value and len(found) == 1:
                    return found[0]
        return None


def _name(name: str) -> str:
    return " ".join(sorted(re.findall(r"\w+", name.casefold())))
