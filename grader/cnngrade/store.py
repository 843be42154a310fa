"""`OUT/grades.db`: every finished report, committed at once; the source of all that is rendered.

SQLite through the standard library. A row tells what decided each of its tasks, so that what has not changed is not judged
again and a changed suite, reference or data set is noticed; points that move are noted with the reason.
"""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from cnngrade.errors import OutputError
from cnngrade.facts import Change, Report
from cnngrade.reports.json import from_json, to_json
from cnngrade.reports.roll import Roll

NAME = "grades.db"
_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS grades (
    week TEXT NOT NULL, student TEXT NOT NULL, key TEXT NOT NULL, report TEXT NOT NULL, graded_at TEXT NOT NULL,
    PRIMARY KEY (week, student)
);
CREATE TABLE IF NOT EXISTS changes (
    at TEXT NOT NULL, week TEXT NOT NULL, student TEXT NOT NULL, task TEXT NOT NULL, before REAL NOT NULL,
    after REAL NOT NULL, verdict_before TEXT NOT NULL, verdict_after TEXT NOT NULL, why TEXT NOT NULL
);
"""


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


class Store:
    """The database of one output folder, locked against a second run while it is open for writing."""

    def __init__(self, out: Path, create: bool = True) -> None:
        self.path = out / NAME
        self._lock = FileLock(str(out / ".lock"))
        self._roll: Roll | None = None
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
                self._connection = sqlite3.connect(self.path, timeout=10)
                self._connection.executescript(_TABLES)
                self._check_version()
        except BaseException:
            self._lock.release()
            raise

    def _check_version(self) -> None:
        version = self._fact("version")
        if version is None:
            self.remember(version=str(_VERSION))
        elif version != str(_VERSION):
            raise OutputError(
                f"{self.path} was written by another version of cnngrade", "Use that version, or another --out"
            )

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

    def call_roll(self, roll: Roll) -> None:
        """Stores the roll of the class, in place of an older one; ids that it gives up are retired."""
        roll.follows(self.roll)
        self.remember(roll=roll.to_json())
        self._roll = roll

    @property
    def roll(self) -> Roll:
        """The roll of the class; an empty one where none was called."""
        if self._roll is None:
            self._roll = Roll.from_json(self.fact("roll"))
        return self._roll

    def shown(self, graded_as: str) -> Iterator[Report]:
        """The report of one student as people read it; none while the attempt that counts is not graded."""
        ids = self.roll.together(graded_as)
        return self.roll.shown(self.graded(ids), with_absent=False)

    def keys(self, week: str) -> dict[str, str]:
        """Student -> key of the grade that is stored."""
        with told(self.path):
            return dict(self._connection.execute("SELECT student, key FROM grades WHERE week = ?", (week,)))

    def add(self, report: Report, key: str, changes: Sequence[Change] = ()) -> None:
        """Stores a report in place of an older one, with what has changed since that, in a transaction of its own.

        `key` says what decided the grade, in the words of whoever asks for it again.
        """
        row = (report.week, report.student, key, to_json(report))
        with told(self.path), self._connection:
            self._connection.execute("INSERT OR REPLACE INTO grades VALUES (?, ?, ?, ?, datetime('now'))", row)
            self._connection.executemany(
                "INSERT INTO changes VALUES (datetime('now'), ?, ?, ?, ?, ?, ?, ?, ?)",
                [astuple(change)[:-1] for change in changes],
            )

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
                "SELECT report FROM grades WHERE week = ? AND student = ?", (week, student)
            ).fetchone()
        return self._read(found[0]) if found else None

    def reports(self) -> Iterator[Report]:
        """All reports as people read them, by week and student: one for each student of the roll."""
        return self.roll.shown(self.graded())

    def graded(self, ids: Sequence[str] | None = None) -> Iterator[Report]:
        """The stored reports as the grader made them, by week and student: all, or those graded under some `ids`."""
        query = "SELECT report FROM grades"
        if ids is not None:
            query += f" WHERE student IN ({', '.join('?' * len(ids))})"
        with told(self.path):
            rows = self._connection.execute(f"{query} ORDER BY week, student", ids or ()).fetchall()
        for (text,) in rows:
            yield self._read(text)

    def _read(self, text: str) -> Report:
        try:
            return from_json(text)
        except OutputError as error:
            raise OutputError(f"{self.path}: {error.message}", error.hint) from None

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
