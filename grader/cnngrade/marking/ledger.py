"""The marks in OUT/grades.db: given, taken back, never changed; and in OUT/drafts.db what was begun and not yet given.

Several people may have one ledger open, beside a run of `grade`. Each entry says which one it takes the place of; where
somebody was quicker, nothing is written, and `TakenError` shows what they gave.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from cnngrade.barrier import STRICT, Barrier
from cnngrade.errors import OutputError, UserError
from cnngrade.records.database import NAME, connect, read_marks, read_reports, told
from cnngrade.records.digests import digest_of_text
from cnngrade.records.marks import Mark, answer_sha256
from cnngrade.records.report import Report

DRAFTS = "drafts.db"
_TABLE = """
CREATE TABLE IF NOT EXISTS drafts (
    week TEXT NOT NULL, student TEXT NOT NULL, question TEXT NOT NULL, marker TEXT NOT NULL, items TEXT NOT NULL,
    adjustment REAL NOT NULL, comment TEXT NOT NULL, chosen INTEGER NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (week, student, question, marker)
)
"""


class TakenError(UserError):
    """Somebody has marked answers since they were read; `theirs` are the entries that stand there now."""

    def __init__(self, theirs: Sequence[Mark]) -> None:
        super().__init__(f"{len(theirs)} of these answers were marked by somebody else in the meantime")
        self.theirs = list(theirs)


@dataclass(frozen=True)
class Draft:
    """What a marker has chosen and typed for an answer: items of the rubric, points more or less, a comment.

    `chosen` says that the points were chosen, be they 0; a comment alone chooses none.
    """

    items: frozenset[str] = frozenset()
    adjustment: float = 0.0
    comment: str = ""
    chosen: bool = False


class Ledger:
    """The marks of one week in an output folder."""

    def __init__(self, out: Path, week: str) -> None:
        self.path, self.week = out / NAME, week
        if not self.path.is_file():
            raise OutputError(f"there is no {NAME} in {out}", "Give the folder that `cnngrade grade --out` wrote")
        with told(self.path):
            self._connection = connect(self.path)
        try:
            self._drafts = Drafts(out / DRAFTS, week)
        except BaseException:
            self._connection.close()
            raise

    def reports(self, barrier: Barrier = STRICT) -> list[Report]:
        """The week's reports, by student, with the marks that hold; without those that the `barrier` holds back."""
        with told(self.path):
            return list(read_reports(self._connection, self.path, "week = ?", (self.week,), barrier))

    def latest(self) -> dict[tuple[str, str], Mark]:
        """(Student, question) -> the last entry of each history."""
        return {(mark.student, mark.question): mark for mark in self.since(0)}

    def since(self, number: int) -> list[Mark]:
        """The entries after the one with this number, the oldest first."""
        with told(self.path):
            return read_marks(self._connection, "week = ? AND number > ?", (self.week, number))

    def history(self, student: str, question: str) -> list[Mark]:
        """All that was ever given for an answer, the oldest first."""
        with told(self.path):
            where = "week = ? AND student = ? AND question = ?"
            return read_marks(self._connection, where, (self.week, student, question))

    def text(self, mark: Mark) -> str | None:
        """The answer that an entry was given for."""
        with told(self.path):
            query = "SELECT text FROM marked_answers WHERE sha256 = ?"
            row = self._connection.execute(query, (mark.answer_sha256,)).fetchone()
        return row[0] if row else None

    def comments(self, question: str) -> list[str]:
        """The comments given in this week, those for this question first, the most frequent first."""
        query = (
            "SELECT comment FROM marks WHERE week = ? AND comment != '' GROUP BY question = ?, comment "
            "ORDER BY question = ? DESC, count(*) DESC, max(number) DESC"
        )
        with told(self.path):
            return list(
                dict.fromkeys(row[0] for row in self._connection.execute(query, (self.week, question, question)))
            )

    def give(self, marks: Iterable[tuple[Mark, str]]) -> list[Mark]:
        """Writes marks, each with the text that it is for; all of them or none. Returns them with number and time.

        The marker's drafts for these answers are done with. Raises `TakenError` where the entry that a mark replaces is not
        the last one any more.
        """
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        with told(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            given = [(replace(mark, at=now), text) for mark, text in marks]
            if taken := [last for mark, _ in given if (last := self._last(mark)) and last.number != mark.replaces]:
                raise TakenError(taken)
            entries = [self._insert(mark, text) for mark, text in given]
        for mark in entries:
            self._drafts.keep(mark.student, mark.question, mark.marker, None)
        return entries

    def _last(self, mark: Mark) -> Mark | None:
        where = "week = ? AND student = ? AND question = ?"
        found = read_marks(self._connection, where, (mark.week, mark.student, mark.question))
        return found[-1] if found else None

    def _insert(self, mark: Mark, text: str) -> Mark:
        if answer_sha256(text) == mark.answer_sha256:
            self._connection.execute(
                "INSERT OR IGNORE INTO marked_answers VALUES (?, ?)", (mark.answer_sha256, _text(text))
            )
        who = (mark.week, mark.student, mark.question, mark.marker)
        row = (*who, mark.score, " ".join(mark.items), _text(mark.comment), mark.answer_sha256, mark.replaces, mark.at)
        number = self._connection.execute(
            "INSERT INTO marks (week, student, question, marker, score, items, comment, answer_sha256, replaces, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        ).lastrowid
        return replace(mark, number=number or 0)

    def drafts(self, marker: str) -> dict[tuple[str, str], Draft]:
        """(Student, question) -> what this marker has begun, the last one last."""
        return self._drafts.of(marker)

    def begin(self, student: str, question: str, marker: str, draft: Draft | None) -> None:
        """Keeps a draft, or drops it where it is None."""
        self._drafts.keep(student, question, marker, draft)

    def codes(self, students: Iterable[str]) -> dict[str, str]:
        """Student -> a name that tells nothing, the same as long as this database lives."""
        with told(self.path), self._connection:
            self._connection.execute("INSERT OR IGNORE INTO facts VALUES ('blind', ?)", (secrets.token_hex(16),))
            (salt,) = self._connection.execute("SELECT value FROM facts WHERE name = 'blind'").fetchone()
        return {each: f"s-{digest_of_text(f'{salt}/{each}')[:12]}" for each in students}

    def close(self) -> None:
        """Closes the database."""
        self._drafts.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


class Drafts:
    """What markers have begun, in a database of its own.

    Every key is stored before its answer is on the screen, so a killed session loses none. The disk is not waited for: a
    machine that loses its power may lose the last drafts, or all of them, but never a mark.
    """

    def __init__(self, path: Path, week: str) -> None:
        self.path, self._week = path, week
        with told(path):
            self._connection = sqlite3.connect(path, timeout=10)
            try:
                self._connection.execute("PRAGMA synchronous = OFF")
                self._connection.execute(_TABLE)
            except BaseException:
                self._connection.close()
                raise

    def of(self, marker: str) -> dict[tuple[str, str], Draft]:
        """(Student, question) -> draft, the last one last."""
        columns = "student, question, items, adjustment, comment, chosen"
        query = f"SELECT {columns} FROM drafts WHERE week = ? AND marker = ? ORDER BY at"
        with told(self.path):
            rows = self._connection.execute(query, (self._week, marker)).fetchall()
        return {(row[0], row[1]): Draft(frozenset(row[2].split()), row[3], row[4], bool(row[5])) for row in rows}

    def keep(self, student: str, question: str, marker: str, draft: Draft | None) -> None:
        """Stores a draft in place of the one before, or drops it."""
        who = (self._week, student, question, marker)
        with told(self.path), self._connection:
            if draft is None:
                where = "week = ? AND student = ? AND question = ? AND marker = ?"
                self._connection.execute(f"DELETE FROM drafts WHERE {where}", who)
                return
            items, now = " ".join(sorted(draft.items)), datetime.now(UTC).isoformat()
            row = (*who, items, draft.adjustment, _text(draft.comment), draft.chosen, now)
            self._connection.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Closes the database."""
        self._connection.close()


def _text(text: str) -> str:
    """Lone surrogates cannot be stored."""
    return text.encode("utf-8", "replace").decode("utf-8")
