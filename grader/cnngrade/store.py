"""`OUT/grades.db`: every finished report and every mark, committed at once; the source of all that is rendered.

SQLite through the standard library. A row is keyed by what decides a grade, so an unchanged submission is not run again
and a changed suite, reference or data set is noticed.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from cnngrade.errors import OutputError
from cnngrade.facts import Report
from cnngrade.marks import Mark, with_marks
from cnngrade.reports.json import from_json, to_json

NAME = "grades.db"
_VERSION = 2
_OLDER = ("1",)  # without marks; brought up to date when opened
_TABLES = (
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS grades (
    week TEXT NOT NULL, student TEXT NOT NULL, key TEXT NOT NULL, report TEXT NOT NULL, graded_at TEXT NOT NULL,
    PRIMARY KEY (week, student)
)""",
    # The history of marks. Entries of one answer form a chain by `replaces`, which UNIQUE keeps from forking: of two
    # markers who both follow on the same entry, one is refused.
    """CREATE TABLE marks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, week TEXT NOT NULL, student TEXT NOT NULL, question TEXT NOT NULL,
    marker TEXT NOT NULL, score REAL, items TEXT NOT NULL, comment TEXT NOT NULL, answer_sha256 TEXT NOT NULL,
    replaces INTEGER NOT NULL, at TEXT NOT NULL,
    UNIQUE (week, student, question, replaces)
)""",
    "CREATE TRIGGER marks_stay BEFORE UPDATE ON marks BEGIN SELECT RAISE(ABORT, 'a mark is never changed'); END",
    "CREATE TRIGGER marks_last BEFORE DELETE ON marks BEGIN SELECT RAISE(ABORT, 'a mark is never deleted'); END",
    # The texts that marks were given for: a submission that is graded again may bring another.
    "CREATE TABLE marked_answers (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL)",
)


def key_of(*parts: str) -> str:
    """The key of a grade: a digest over all that decides it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what SQLite and the disk report into one line that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "full" in text or "disk I/O" in text:
            raise OutputError(
                f"{path}: no space is left to write to ({text})",
                "All that was graded so far is kept; free some space and run the same command again",
            ) from None
        if "locked" in text or "readonly" in text or "unable to open" in text:
            raise OutputError(
                f"{path} cannot be written ({text})", "Close what uses it, or check its permissions"
            ) from None
        raise OutputError(
            f"{path} is damaged or no database of cnngrade's ({text})",
            "Nothing was changed; move it away to grade anew, or restore it from a backup",
        ) from None
    except OSError as error:
        hint = "Make room there" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Choose another folder"
        raise OutputError(f"{path}: {error.strerror or error}", hint) from None


def connect(path: Path) -> sqlite3.Connection:
    """Opens a grades.db, made or brought up to date where needed; for use within `told`. Raises `OutputError`."""
    connection = sqlite3.connect(path, timeout=10)
    try:
        if _version(connection) != str(_VERSION):
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                _bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection) -> str | None:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'facts'").fetchone():
        return None
    row = connection.execute("SELECT value FROM facts WHERE name = 'version'").fetchone()
    return row[0] if row else None


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version == str(_VERSION):
        return  # another process was quicker
    if version is not None and version not in _OLDER:
        raise OutputError(f"{path} was written by another version of cnngrade", "Use that version, or another --out")
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT OR REPLACE INTO facts VALUES ('version', ?)", (str(_VERSION),))


_MARK = "week, student, question, marker, score, items, comment, answer_sha256, replaces, number, at"


def read_marks(connection: sqlite3.Connection, where: str = "TRUE", values: Sequence[object] = ()) -> list[Mark]:
    """Entries of the history of marks, the oldest first; `where` is SQL of ours, `values` are its parameters."""
    rows = connection.execute(f"SELECT {_MARK} FROM marks WHERE {where} ORDER BY number", values)
    return [
        Mark(week, student, question, marker, score, tuple(items.split()), *rest)
        for week, student, question, marker, score, items, *rest in rows
    ]


def read_reports(connection: sqlite3.Connection, path: Path) -> Iterator[Report]:
    """All stored reports with their marks, by week and student. Raises `OutputError`."""
    rows = connection.execute("SELECT report FROM grades ORDER BY week, student").fetchall()
    latest: dict[tuple[str, str], dict[str, Mark]] = {}
    for mark in read_marks(connection):
        latest.setdefault((mark.week, mark.student), {})[mark.question] = mark
    for (text,) in rows:
        try:
            report = from_json(text)
        except OutputError as error:
            raise OutputError(f"{path}: {error.message}", error.hint) from None
        yield with_marks(report, latest.get((report.week, report.student), {}))


class Store:
    """The database of one output folder, locked against a second run while it is open for writing."""

    def __init__(self, out: Path, create: bool = True) -> None:
        self.path = out / NAME
        self._lock = FileLock(str(out / ".lock"))
        if not create and not self.path.is_file():
            raise OutputError(f"there is no {NAME} in {out}", "Give the folder that `cnngrade grade --out` wrote")
        with told(out):
            out.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                raise OutputError(
                    f"another run is writing to {out}", "Wait for it, stop it, or choose another --out"
                ) from None
        try:
            with told(self.path):
                self._connection = connect(self.path)
        except BaseException:
            self._lock.release()
            raise

    def _fact(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, **facts: str) -> None:
        """Stores facts about the run as a whole, such as the week's title."""
        with told(self.path), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def fact(self, name: str) -> str:
        """A fact stored by `remember`, or the empty string."""
        with told(self.path):
            return self._fact(name) or ""

    def keys(self, week: str) -> dict[str, str]:
        """Student -> key of the grade that is stored."""
        with told(self.path):
            return dict(self._connection.execute("SELECT student, key FROM grades WHERE week = ?", (week,)))

    def add(self, report: Report, key: str) -> Report:
        """Stores a finished report in a transaction of its own, in place of an older one; returns it with its marks."""
        row = (report.week, report.student, key, to_json(report))
        with told(self.path), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO grades VALUES (?, ?, ?, ?, datetime('now'))", row)
            marks = read_marks(self._connection, "week = ? AND student = ?", (report.week, report.student))
        return with_marks(report, {mark.question: mark for mark in marks})

    def reports(self) -> Iterator[Report]:
        """All stored reports with their marks, by week and student."""
        with told(self.path):
            reports = list(read_reports(self._connection, self.path))
        yield from reports

    def weeks(self) -> list[str]:
        """The weeks that have grades here."""
        with told(self.path):
            return [row[0] for row in self._connection.execute("SELECT DISTINCT week FROM grades ORDER BY week")]

    def close(self) -> None:
        """Closes the database and lets the next run in."""
        self._connection.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
