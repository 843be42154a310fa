"""`OUT/grades.db`: every finished report and every mark, committed at once; the source of all that is rendered.

SQLite through the standard library. A row tells what decided each of its tasks, so that what has not changed is not judged
again and a changed suite, reference or data set is noticed; points that move are noted with the reason.
"""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from cnngrade.barrier import STRICT, Barrier
from cnngrade.errors import HaltError, OutputError
from cnngrade.records.class_list import Roll
from cnngrade.records.json import from_json, to_json
from cnngrade.records.marks import Mark, with_marks
from cnngrade.records.report import Change, Report
from cnngrade.records.scoring import failed_report

NAME = "grades.db"
READING, REGRADE = "read the stored grade", "Grade the submission again"
_VERSION = 2
_OLDER = ("1",)  # without marks; brought up to date when opened
_TABLES = (
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS grades (
    week TEXT NOT NULL, student TEXT NOT NULL, key TEXT NOT NULL, report TEXT NOT NULL, graded_at TEXT NOT NULL,
    PRIMARY KEY (week, student)
)""",
    """CREATE TABLE IF NOT EXISTS changes (
    at TEXT NOT NULL, week TEXT NOT NULL, student TEXT NOT NULL, task TEXT NOT NULL, before REAL NOT NULL,
    after REAL NOT NULL, verdict_before TEXT NOT NULL, verdict_after TEXT NOT NULL, why TEXT NOT NULL
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


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what SQLite and the disk report into one line that says what to do.

    Raises `HaltError`, but `OutputError` for a single thing that cannot be stored.
    """
    try:
        yield
    except sqlite3.DataError as error:  # a text or a number that is too large
        raise OutputError(f"{path} cannot hold it ({error})", "Grade the submission again") from None
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "full" in text or "disk I/O" in text:
            raise HaltError(
                f"{path}: no space is left to write to ({text})",
                "All that was graded so far is kept; free some space and run the same command again",
            ) from None
        if "locked" in text or "readonly" in text or "unable to open" in text:
            raise HaltError(
                f"{path} cannot be written ({text})", "Close what uses it, or check its permissions"
            ) from None
        raise HaltError(
            f"{path} is damaged or no database of cnngrade's ({text})",
            "Nothing was changed; move it away to grade anew, or restore it from a backup",
        ) from None
    except OSError as error:
        hint = "Make room there" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "Choose another folder"
        raise HaltError(f"{path}: {error.strerror or error}", hint) from None


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


def read_reports(
    connection: sqlite3.Connection,
    path: Path,
    where: str = "TRUE",
    values: Sequence[object] = (),
    barrier: Barrier = STRICT,
) -> Iterator[Report]:
    """Stored reports with their marks, by week and student; `where` is as in `read_marks`.

    One that cannot be read is left out and held back by the `barrier`; without one, `OutputError` is raised.
    """
    # As bytes: SQLite would refuse all rows for one that is no UTF-8.
    columns = "week, student, CAST(report AS BLOB)"
    rows = connection.execute(f"SELECT {columns} FROM grades WHERE {where} ORDER BY week, student", values).fetchall()
    latest: dict[tuple[str, str], dict[str, Mark]] = {}
    for mark in read_marks(connection, where, values):
        latest.setdefault((mark.week, mark.student), {})[mark.question] = mark
    for week, student, text in rows:
        found: list[Report] = []
        with barrier.around(student, READING, REGRADE):
            found.append(with_marks(_read(text, path), latest.get((week, student), {})))
        yield from found


def _read(text: bytes, path: Path) -> Report:
    try:
        return from_json(text)
    except OutputError as error:
        raise OutputError(f"{path}: {error.message}", error.hint) from None


class Grades:
    """What is stored in one output folder, for reading: without a lock, also while a run goes on."""

    def __init__(self, out: Path) -> None:
        self.path = out / NAME
        self._roll: Roll | None = None
        if not self.path.is_file():
            raise OutputError(f"there is no {NAME} in {out}", "Give the folder that `cnngrade grade --out` wrote")
        with told(self.path):
            self._connection = connect(self.path)

    def _fact(self, name: str) -> str | None:
        row = self._connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def fact(self, name: str) -> str:
        """A fact stored by `remember`, or the empty string."""
        with told(self.path):
            return self._fact(name) or ""

    @property
    def roll(self) -> Roll:
        """The roll of the class; an empty one where none was called."""
        if self._roll is None:
            self._roll = Roll.from_json(self.fact("roll"))
        return self._roll

    def shown(self, week: str, graded_as: str) -> Report | None:
        """The report of one student as people read it; None while the attempt that counts is not graded."""
        known = self.roll.known.get(graded_as)
        return self._shown(week, known.student if known else graded_as, self.roll.together(graded_as))

    def graded_as(self, week: str) -> list[str]:
        """The ids, sorted, under which something is graded."""
        with told(self.path):
            found = self._connection.execute("SELECT student FROM grades WHERE week = ? ORDER BY student", (week,))
            return [row[0] for row in found]

    def key(self, week: str, student: str) -> str:
        """The key of the grade that is stored, or the empty string."""
        with told(self.path):
            found = self._connection.execute(
                "SELECT key FROM grades WHERE week = ? AND student = ?", (week, student)
            ).fetchone()
        return found[0] if found else ""

    def changes(self) -> list[Change]:
        """All changes, the oldest first."""
        columns = ", ".join(field.name for field in fields(Change))
        with told(self.path):
            rows = self._connection.execute(f"SELECT {columns} FROM changes ORDER BY rowid").fetchall()
        return [Change(*row) for row in rows]

    def report(self, week: str, student: str) -> Report | None:
        """The stored report of one student, if there is one."""
        with told(self.path):
            found = self._connection.execute(
                "SELECT CAST(report AS BLOB) FROM grades WHERE week = ? AND student = ?", (week, student)
            ).fetchone()
        return _read(found[0], self.path) if found else None

    def reports(self, barrier: Barrier = STRICT) -> Iterator[Report]:
        """All reports as people read them, by week and student: one for each student of the roll, one at a time.

        In place of one that cannot be read there is one that says so; without a `barrier`, `OutputError` is raised.
        """
        for week in self.weeks() or ([self.roll.nothing.week] if self.roll.nothing else []):
            for student, ids in self.roll.whose(self.graded_as(week)).items():
                report = barrier.attempt(
                    student,
                    READING,
                    partial(self._shown, week, student, ids),
                    partial(self._unreadable, week, student, ids),
                    REGRADE,
                )
                if report:
                    yield report

    def _unreadable(self, week: str, student: str, ids: Sequence[str], note: str) -> Report:
        known = next((self.roll.known[each] for each in ids if each in self.roll.known), None)
        report = failed_report(self.fact("course"), week, student, note)
        return replace(report, name=known.name, keys=known.keys) if known else report

    def _shown(self, week: str, student: str, ids: Sequence[str]) -> Report | None:
        where = f"week = ? AND student IN ({', '.join('?' * len(ids))})"
        with told(self.path):
            graded = list(read_reports(self._connection, self.path, where, (week, *ids)))
        return self.roll.shown(student, graded)

    def weeks(self) -> list[str]:
        """The weeks that have grades here."""
        with told(self.path):
            return [row[0] for row in self._connection.execute("SELECT DISTINCT week FROM grades ORDER BY week")]

    def close(self) -> None:
        """Closes the database."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class Store(Grades):
    """The same for writing, made where it is not there yet; locked against a second run while it is open."""

    def __init__(self, out: Path) -> None:
        self.path = out / NAME
        self._lock = FileLock(str(out / ".lock"))
        self._roll = None
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

    def remember(self, **facts: str) -> None:
        """Stores facts about the run as a whole, such as the week's title."""
        with told(self.path), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def call_roll(self, roll: Roll) -> None:
        """Stores the roll of the class, in place of an older one; ids that it gives up are retired."""
        roll.follows(self.roll)
        self.remember(roll=roll.to_json())
        self._roll = roll

    def add(self, report: Report, key: str, changes: Sequence[Change] = ()) -> None:
        """Stores a report in place of an older one, with what has changed since that, in a transaction of its own.

        `key` says what decided the grade, in the words of whoever asks for it again.
        """
        row = (report.week, report.student, key, to_json(report, staff=True))
        with told(self.path), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO grades VALUES (?, ?, ?, ?, datetime('now'))", row)
            self._connection.executemany(
                "INSERT INTO changes VALUES (datetime('now'), ?, ?, ?, ?, ?, ?, ?, ?)",
                [astuple(change)[:-1] for change in changes],
            )

    def close(self) -> None:
        """Closes the database and lets the next run in."""
        super().close()
        self._lock.release()
