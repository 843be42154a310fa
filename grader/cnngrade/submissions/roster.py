"""Reads a roster: a CSV with a row for each student, written by staff or exported from a learning platform.

The known columns are the student's id, a name, the ids on platforms, a personal deadline or extension, and when the
work was handed in. They may be in any order, under the headings in `_HEADINGS`. Gradebooks of Canvas, grading
worksheets of Moodle, rosters of Gradescope and grades of GitHub Classroom can be used unchanged.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from cnngrade.encodings import shown
from cnngrade.errors import UserError, did_you_mean
from cnngrade.records.moments import UnclearMomentError, duration, moment

_MOST_BYTES = 20 * 1024**2
_PROBLEMS = 20  # shown for one roster

# What a column holds -> the headings it may have, the best first. A heading is used by the first meaning that claims it.
_HEADINGS = {
    "student": ("student id", "student", "username", "user name", "sis login id", "login", "roster identifier"),
    "name": ("name", "full name", "student name", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e mail"),
    "canvas": ("canvas id", "canvas user id"),
    "moodle": ("moodle id", "participant", "participant id"),
    "sid": ("sid", "sis user id", "id number", "matriculation number"),
    "github": ("github", "github username", "github user", "github login"),
    "due": ("due", "deadline", "due date"),
    "extension": ("extension", "extended until", "extension until"),
    "handed_in": ("handed in", "submitted", "submitted at", "submission timestamp", "last modified submission"),
}
_IDS = ("student", "sid", "github", "email", "canvas", "moodle")  # columns that can serve as the id, the best first
_KEYS = ("email", "canvas", "moodle", "sid", "github")


class RosterError(UserError):
    """A roster that cannot be used. It carries every problem that was found, with its row."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        shown_first = problems[:_PROBLEMS]
        if len(problems) > _PROBLEMS:
            shown_first.append(f"and {len(problems) - _PROBLEMS} more")
        lines = shown_first[0] if len(shown_first) == 1 else "".join(f"\n  {problem}" for problem in shown_first)
        super().__init__(
            f"{path}: {lines}", "" if len(shown_first) > 1 else "Mend the roster, and run the command again"
        )


@dataclass(frozen=True)
class RosterEntry:
    """One student of the roster. `keys` maps a platform (`canvas`, `moodle`, `github`, ...) to the student's id there.

    `due` is a personal deadline, and `extra` is time added to the deadline of the class. `handed_in` is None if the
    roster does not say.
    """

    student: str
    name: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    due: datetime | None = None
    extra: timedelta | None = None
    handed_in: datetime | None = None
    row: int = 0


@dataclass(frozen=True)
class Roster:
    """All students of a class, in the order of the file."""

    entries: tuple[RosterEntry, ...]
    notes: tuple[str, ...] = ()

    def find(self, student: str, name: str, keys: dict[str, str]) -> RosterEntry | None:
        """Returns the student of a submission, or None. It looks for the id, for an id on a platform, and for a unique name."""
        wanted = [("student", student), *((kind, keys[kind]) for kind in _KEYS if kind in keys)]
        for kind, value in wanted:
            found = [entry for entry in self.entries if _same_key(entry, kind, value)]
            if len(found) == 1:
                return found[0]
        found = [entry for entry in self.entries if name and entry.name and same_name(entry.name, name)]
        return found[0] if len(found) == 1 else None


def same_name(one: str, other: str) -> bool:
    """Whether two ways of writing a name agree: `Lovelace, Ada`, `Ada Lovelace`, and Canvas's `lovelaceada`."""
    mine, theirs = _words(one), _words(other)
    if sorted(mine) == sorted(theirs):
        return True
    # Only Canvas writes a name as one word, so one of the names must be one word.
    if len(mine) > 1 and len(theirs) > 1:
        return False
    # Which word is the family name is unknown, so every rotation is tried.
    run = ["".join(words[at:] + words[:at]) for words in (mine, theirs) for at in range(len(words))]
    return len(run) != len(set(run))


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold())


def _same_key(entry: RosterEntry, kind: str, value: str) -> bool:
    held = entry.student if kind == "student" else entry.keys.get(kind, "")
    return bool(value) and _folded(held) == _folded(value)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def read_roster(path: Path, zone: tzinfo | None) -> Roster:
    """Reads a roster. Raises `RosterError` with everything that is wrong.

    Times without an offset from UTC are in `zone`.
    """
    rows = _rows(path)
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise RosterError(path, ["row 1 should name the columns, such as student,name,extension; it is empty"])
    columns, notes = _columns(path, rows[0])
    problems: list[str] = []
    entries: list[RosterEntry] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {what: row[at].strip() if at < len(row) else "" for what, at in columns.items()}
        if not any(cells.values()) or _is_furniture(cells):
            continue
        # Spreadsheets add empty cells at the end, which do no harm. A filled one shifts the columns.
        if len(row) > len(rows[0]) and any(cell.strip() for cell in row[len(rows[0]) :]):
            problems.append(f"row {number} has {len(row)} cells, and row 1 names {len(rows[0])} columns")
            continue
        entry = _entry(cells, number, zone, problems)
        if entry is not None:
            entries.append(entry)
    problems += _twins(entries)
    if problems:
        raise RosterError(path, sorted(problems, key=_row_of))
    if not entries:
        raise RosterError(path, ["names no student: there is no row below the column names"])
    return Roster(tuple(entries), tuple(notes))


def _row_of(problem: str) -> int:
    found = re.match(r"row (\d+)", problem)
    return int(found[1]) if found else 0


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"the roster {path} cannot be read: {error.strerror}", "Give --roster a CSV file") from None
    if len(raw) > _MOST_BYTES:
        raise RosterError(path, ["is larger than 20 MB, and so no roster"])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        hint = "save it as UTF-8 (in Excel: CSV UTF-8)"
        raise RosterError(path, [f"row {row} is not UTF-8 text; {hint}"]) from None
    # Spreadsheets in some countries separate cells by semicolons.
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append(cells)
    except csv.Error as error:
        raise RosterError(path, [f"row {len(rows) + 1} is no CSV ({error})"]) from None
    return rows


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))


def _columns(path: Path, header: list[str]) -> tuple[dict[str, int], list[str]]:
    """Returns which column has which meaning, and remarks on the others. Raises `RosterError` for unclear headings."""
    headings = [_plain(heading) for heading in header]
    meanings = dict(_HEADINGS)
    if {"student", "id"} < set(headings) and {"section", "sis login id", "sis user id"} & set(headings):  # Canvas
        meanings |= {
            "student": ("sis login id", "sis user id"),
            "name": ("student",),
            "canvas": ("id",),
        }  # its gradebook
    elif "identifier" in headings and "full name" in headings:  # a grading worksheet of Moodle
        meanings |= {"moodle": ("identifier",), "name": ("full name",)}
    elif "identifier" in headings:  # a roster of GitHub Classroom
        meanings |= {"student": (*meanings["student"], "identifier")}
    # `id` alone is the student's id, unless a better column exists.
    elif not any(heading in meanings["student"] for heading in headings):
        meanings |= {"student": (*meanings["student"], "id")}
    columns: dict[str, int] = {}
    for what, known in meanings.items():
        for heading in known:
            if headings.count(heading) > 1:
                raise RosterError(path, [f"row 1 names the column {heading!r} twice"])
            if heading in headings and what not in columns:
                columns[what] = headings.index(heading)
    problems, others = _unknown(header, headings, meanings, set(columns.values()))
    if not any(what in columns for what in _IDS):
        named = ", ".join(shown(heading.strip()) for heading in header)
        problems.append(f"row 1 names no column 'student' with the students' ids; it names: {named}")
    if problems:
        raise RosterError(path, problems)
    return columns, [f"columns of the roster that are not used: {', '.join(others)}"] if others else []


def _unknown(
    header: list[str], headings: list[str], meanings: dict[str, tuple[str, ...]], used: set[int]
) -> tuple[list[str], list[str]]:
    """Returns the headings that are probably misspelled, and those that have no meaning here."""
    problems, others = [], []
    every = [heading for known in meanings.values() for heading in known]
    for at, heading in enumerate(headings):
        if at in used or not heading:
            continue
        near = did_you_mean(heading, every, 0.82)
        if near and heading not in every:
            problems.append(f"row 1: {shown(header[at].strip())!r} is no known column. {near}")
        else:
            others.append(shown(header[at].strip()))
    return problems, others


def _is_furniture(cells: dict[str, str]) -> bool:
    """Whether a row of a Canvas gradebook belongs to no student."""
    return cells.get("name") in ("Points Possible", "Student, Test", "Test Student") and not cells.get("student")


def _entry(cells: dict[str, str], number: int, zone: tzinfo | None, problems: list[str]) -> RosterEntry | None:
    keys = {kind: cells[kind] for kind in _KEYS if cells.get(kind)}
    if found := re.fullmatch(r"\D*(\d+)", keys.get("moodle", "")):
        keys["moodle"] = found[1]  # `Participant 12345`, in the language of the site
    student = next((keys.get(kind) or cells.get(kind, "") for kind in _IDS if cells.get(kind)), "")
    if not student:
        problems.append(f"row {number} has no student id")
        return None
    due = _time(cells, "due", number, zone, problems)
    # An extension may be written as a time span or as a date.
    extra = duration(cells.get("extension", "")) if cells.get("extension") else None
    extended = None if extra is not None else _time(cells, "extension", number, zone, problems)
    handed_in = _time(cells, "handed_in", number, zone, problems)
    name = cells.get("name") or " ".join(filter(None, (cells.get("first"), cells.get("last"))))
    return RosterEntry(student, name, keys, extended or due, extra, handed_in, number)


def _time(cells: dict[str, str], what: str, number: int, zone: tzinfo | None, problems: list[str]) -> datetime | None:
    text = cells.get(what, "")
    if text in ("", "-"):  # the latter is Moodle's
        return None
    try:
        return moment(text, zone, whole_days=what != "handed_in")
    except UnclearMomentError as error:
        problems.append(f"row {number}: {what.replace('_', ' ')} {shown(text)!r} {error}")
        return None


def _twins(entries: list[RosterEntry]) -> list[str]:
    """Returns the problems of ids that have two rows, because it is unclear which row counts."""
    problems = []
    first: dict[tuple[str, str], int] = {}
    for entry in entries:
        for kind, value in [("student id", entry.student), *entry.keys.items()]:
            row = first.setdefault((kind, value.casefold()), entry.row)
            if row != entry.row:
                problems.append(f"row {entry.row}: the {kind} {shown(value)!r} is already in row {row}")
                break
    return problems
