"""The marks in OUT/grades.db, given or taken back but never changed, and the unfinished drafts in OUT/drafts.db.

Several people may have one ledger open, beside a run of `grade`. Each entry says which entry it replaces. If somebody
else was faster, nothing is written, and `TakenError` shows what they gave.
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
    """Somebody has marked answers since they were read. `theirs` are the entries that are valid now."""

    def __init__(self, theirs: Sequence[Mark]) -> None:
        super().__init__(f"{len(theirs)} of these answers were marked by somebody else in the meantime")
        self.theirs = list(theirs)


@dataclass(frozen=True)
class Draft:
    """What a marker has chosen and typed for an answer: items of the rubric, points added or removed, a comment.

    `chosen` says that the points were chosen, even if they are 0. A comment alone chooses no points.
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
        """Returns the week's reports, by student, with the valid marks. Leaves out those that the `barrier` holds back."""
        with told(self.path):
            return list(read_reports(self._connection, self.path, "week = ?", (self.week,), barrier))

    def latest(self) -> dict[tuple[str, str], Mark]:
        """Returns the last entry of each history, by (student, question)."""
        return {(mark.student, mark.question): mark for mark in self.since(0)}

    def since(self, number: int) -> list[Mark]:
        """Returns the entries after the one with this number, the oldest first."""
        with told(self.path):
            return read_marks(self._connection, "week = ? AND number > ?", (self.week, number))

    def history(self, student: str, question: str) -> list[Mark]:
        """Returns all entries for an answer, the oldest first."""
        with told(self.path):
            where = "week = ? AND student = ? AND question = ?"
            return read_marks(self._connection, where, (self.week, student, question))

    def text(self, mark: Mark) -> str | None:
        """Returns the answer for which an entry was given."""
        with told(self.path):
            query = "SELECT text FROM marked_answers WHERE sha256 = ?"
            row = self._connection.execute(query, (mark.answer_sha256,)).fetchone()
        return row[0] if row else None

    def comments(self, question: str) -> list[str]:
        """Returns the comments given in this week: those for this question first, the most frequent first."""
        query = (
            "SELECT comment FROM marks WHERE week = ? AND comment != '' GROUP BY question = ?, comment "
            "ORDER BY question = ? DESC, count(*) DESC, max(number) DESC"
        )
        with told(self.path):
            return list(
                dict.fromkeys(row[0] for row in self._connection.execute(query, (self.week, question, question)))
            )

    def give(self, marks: Iterable[tuple[Mark, str]]) -> list[Mark]:
        """Writes all marks or none, each with the text that it is for. Returns them with number and time.

        The marker's drafts for these answers are removed. Raises `TakenError` if the entry that a mark replaces is no
        longer the last one.
        """
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        with told(self.path), self._connection:
            # Locks the database before reading, so that no other marker can write in between.
            self._connection.execute("BEGIN IMMEDIATE")
            given = [(replace(mark, at=now), text) for mark, text in marks]
            if taken := [last for mark, _ in given if (last := self._last(mark)) and last.number != mark.replaces]:
                raise TakenError(taken)
            entries = [self._insert(mark, text) for mark, text in given]
        # Only after the marks are stored, so that no error loses a draft.
        for mark in entries:
            self._drafts.keep(mark.student, mark.question, mark.marker, None)
        return entries

    def _last(self, mark: Mark) -> Mark | None:
        where = "week = ? AND student = ? AND question = ?"
        found = read_marks(self._connection, where, (mark.week, mark.student, mark.question))
        return found[-1] if found else None

    def _insert(self, mark: Mark, text: str) -> Mark:
        # An undo may repeat a mark for an older text, which is stored already.
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
        """Returns the drafts of this marker by (student, question), the newest last."""
        return self._drafts.of(marker)

    def begin(self, student: str, question: str, marker: str, draft: Draft | None) -> None:
        """Stores a draft. None removes it."""
        self._drafts.keep(student, question, marker, draft)

    def codes(self, students: Iterable[str]) -> dict[str, str]:
        """Returns for each student an anonymous name, which stays the same as long as this database exists."""
        with told(self.path), self._connection:
            # The salt is stored, so that the codes stay the same. Without it, codes could be computed from known ids.
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
    """The unfinished marks, in a separate database.

    Every key is stored before its answer is on the screen, so a killed session loses none. The program does not wait
    for the disk: a machine that loses its power may lose the last drafts, or all of them, but never a mark.
    """

    def __init__(self, path: Path, week: str) -> None:
        self.path, self._week = path, week
        with told(path):
            self._connection = sqlite3.connect(path, timeout=10)
            try:
                # A draft is written at every key, so waiting for the disk would be noticed.
                self._connection.execute("PRAGMA synchronous = OFF")
                self._connection.execute(_TABLE)
            except BaseException:
                self._connection.close()
                raise

    def of(self, marker: str) -> dict[tuple[str, str], Draft]:
        """Returns the drafts of a marker by (student, question), the newest last."""
        columns = "student, question, items, adjustment, comment, chosen"
        query = f"SELECT {columns} FROM drafts WHERE week = ? AND marker = ? ORDER BY at"
        with told(self.path):
            rows = self._connection.execute(query, (self._week, marker)).fetchall()
        return {(row[0], row[1]): Draft(frozenset(row[2].split()), row[3], row[4], bool(row[5])) for row in rows}

    def keep(self, student: str, question: str, marker: str, draft: Draft | None) -> None:
        """Stores a draft in place of the one before. None removes it."""
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
    """Returns a text without lone surrogates, which cannot be stored."""
    return text.encode("utf-8", "replace").decode("utf-8")
