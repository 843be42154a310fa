"""Exports marks to a spreadsheet (CSV) and imports them. A file with any error changes nothing, and all errors are listed.

Each row names in `version` the entry and the text for which it was written. So marks that others gave in the meantime,
and answers that a student changed, are not overwritten.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cnngrade.course.questions import Question
from cnngrade.encodings import decoded
from cnngrade.errors import UserError, did_you_mean
from cnngrade.marking.ledger import Ledger
from cnngrade.marking.session import GivenAnswer, Pile
from cnngrade.records.marks import Mark, answer_sha256
from cnngrade.reports import points
from cnngrade.reports.gradebook import FORMULA_STARTS, defused

COLUMNS = ("question", "student", "group", "answer", "max_score", "score", "items", "comment", "version")
_READ = ("question", "student", "score", "items", "comment", "version")
_MOST_TOLD = 20


class SheetError(UserError):
    """A file of marks is wrong. The error carries every line that says why."""

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        shown = [f"  {problem}" for problem in self.problems[:_MOST_TOLD]]
        if len(self.problems) > _MOST_TOLD:
            shown.append(f"  and {len(self.problems) - _MOST_TOLD} more")
        count = f"{len(self.problems)} problems" if len(self.problems) > 1 else "1 problem"
        super().__init__("\n".join([f"nothing was taken from {name}, it has {count}:", *shown]))


def sheet(piles: Sequence[Pile], shown: dict[str, str]) -> str:
    """Returns all answers with their marks as CSV, question by question, similar answers below each other.

    `shown` names the students.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for pile in piles:
        for answer in pile.answers:
            writer.writerow(_row(pile.question, answer, shown[answer.student]))
    return text.getvalue()


def _row(question: Question, answer: GivenAnswer, shown: str) -> list[str]:
    mark = answer.mark
    given = (points(mark.score or 0.0), " ".join(mark.items), defused(mark.comment)) if mark else ("", "", "")
    text = defused(answer.written.answer)
    return [question.id, defused(shown), str(answer.group + 1), text, points(question.points), *given, _version(answer)]


def _version(answer: GivenAnswer) -> str:
    number = answer.entry.number if answer.entry else 0
    return f"v{number}-{answer_sha256(answer.written.answer)[:10]}"


@dataclass
class _Sheet:
    """A file that is being read: its errors, and the marks that it gives."""

    ledger: Ledger
    marker: str
    questions: dict[str, Question]
    answers: dict[tuple[str, str], GivenAnswer]
    students: dict[str, str]  # name in the sheet -> id
    problems: list[str]

    def marks(self, rows: Iterator[tuple[int, dict[str, str]]]) -> list[tuple[Mark, str]]:
        """Returns the marks that differ from the valid ones. Notes everything that is wrong."""
        first: dict[tuple[str, str], int] = {}
        found: list[tuple[Mark, str]] = []
        for number, row in rows:
            answer = self._answer(number, row)
            if answer is None:
                continue
            key = (answer.student, answer.written.question)
            if key in first:
                self._wrong(number, f"{row['student']} has row {first[key]} for {row['question']!r} already")
                continue
            first[key] = number
            mark = self._mark(number, row, answer)
            # Unchanged rows are skipped before their version is checked, so an old sheet may be imported again.
            if mark is None or _says_the_same(mark, answer.mark):
                continue
            if self._is_current(number, row, answer):
                found.append((mark, answer.written.answer))
        return found

    def _wrong(self, number: int, message: str) -> None:
        self.problems.append(f"row {number}: {message}")

    def _answer(self, number: int, row: dict[str, str]) -> GivenAnswer | None:
        question, student = row["question"].strip(), _undefused(row["student"]).strip()
        if question not in self.questions:
            near = did_you_mean(question, self.questions) or f"Known: {', '.join(self.questions)}"
            self._wrong(number, f"there is no question {question!r}. {near}")
            return None
        if student not in self.students:
            hint = (
                did_you_mean(student, self.students)
                or "A spreadsheet may have changed the id; write the sheet out again"
            )
            self._wrong(number, f"there is no student {student!r} among the submissions. {hint}")
            return None
        return self.answers.get((self.students[student], question))

    def _mark(self, number: int, row: dict[str, str], answer: GivenAnswer) -> Mark | None:
        """Returns the mark that the row gives, or None if it gives none or is wrong."""
        question = self.questions[answer.written.question]
        known = {item.id: item.points for item in question.rubric}
        # People separate items by commas, semicolons or blanks.
        items = row["items"].replace(",", " ").replace(";", " ").split()
        stated, comment = row["score"].strip(), _undefused(row["comment"]).strip()
        strange = [item for item in items if item not in known]
        for item in strange:
            near = did_you_mean(item, known) or f"Known: {', '.join(known)}"
            self._wrong(number, f"the rubric of {question.id!r} has no item {item!r}. {near}")
        if strange:
            return None
        if not stated and not items:
            if comment and not answer.mark:
                self._wrong(number, "a comment without a score or items: it would be lost")
            elif answer.mark:
                self._wrong(number, "the score is gone; a mark is taken back in `cnngrade mark` itself, by undo")
            return None
        score = self._score(number, stated or repr(sum(known[item] for item in set(items))), question)
        if score is None:
            return None
        ordered = tuple(item for item in known if item in items)
        return Mark(
            self.ledger.week,
            answer.student,
            question.id,
            self.marker,
            score,
            ordered,
            comment,
            answer_sha256(answer.written.answer),
            answer.entry.number if answer.entry else 0,
        )

    def _score(self, number: int, stated: str, question: Question) -> float | None:
        try:
            # Spreadsheets in some countries write 2,5.
            score = float(stated.replace(",", "."))
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            self._wrong(number, f"the score {stated!r} is no number")
        elif score < 0:
            self._wrong(number, f"the score {stated} is below 0")
        elif score > question.points:
            self._wrong(
                number, f"the score {stated} is above the maximum, {points(question.points)} for {question.id!r}"
            )
        else:
            return score
        return None

    def _is_current(self, number: int, row: dict[str, str], answer: GivenAnswer) -> bool:
        version, now = row["version"].strip(), _version(answer)
        if version == now:
            return True
        who = f"{row['student']}, {row['question']}"
        entry, _, text = version.removeprefix("v").partition("-")
        if not entry.isdigit() or not text:
            self._wrong(
                number, f"the version {version!r} of {who} was changed; write the sheet out again and leave that column"
            )
        elif text != now.partition("-")[2]:
            self._wrong(number, f"the answer of {who} has changed since the sheet was written out; write it out again")
        else:
            last = answer.entry
            told = (
                f"{last.marker} gave {points(last.score)}"
                if last and last.score is not None
                else "a mark was taken back"
            )
            self._wrong(number, f"{who} was marked since the sheet was written out: {told}; write it out again")
        return False


def take(
    content: bytes, name: str, ledger: Ledger, piles: Sequence[Pile], shown: dict[str, str], marker: str
) -> list[Mark]:
    """Writes the changed marks of a sheet to the ledger. Returns them. Missing and unchanged rows change nothing.

    Raises `SheetError` if anything in the file is wrong. Then nothing of it is written.
    """
    latest = ledger.latest()
    answers = {(each.student, each.written.question): each for pile in piles for each in pile.answers}
    for key, answer in answers.items():
        answer.entry = latest.get(key)
    # People may type the real id in an anonymous sheet.
    students = {name: student for student, name in shown.items()} | {student: student for student in shown}
    reading = _Sheet(ledger, marker, {pile.question.id: pile.question for pile in piles}, answers, students, [])
    marks = reading.marks(_rows(content, name))
    if reading.problems:
        raise SheetError(name, reading.problems)
    return ledger.give(marks)


def _rows(content: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields (number, cells by column) of each row, with the number that spreadsheets show. Raises `SheetError`.

    Any common separator of cells is accepted.
    """
    text, _ = decoded(content)
    header = next((line for line in text.split("\n") if line.strip()), "")
    # Spreadsheets in some countries separate cells by semicolons.
    separator = max((",", ";", "\t"), key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    columns: list[str] = []
    try:
        for number, cells in enumerate(reader, 1):
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(cells, name)
            elif len(cells) != len(columns):
                raise SheetError(name, [f"row {number}: it has {len(cells)} cells, and the first row {len(columns)}"])
            else:
                yield number, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise SheetError(name, [f"line {reader.line_num}: it is no CSV ({error})"]) from None
    if not columns:
        raise SheetError(name, ["it is empty"])


def _columns(cells: list[str], name: str) -> list[str]:
    columns = [cell.strip().casefold() for cell in cells]
    missing = [column for column in _READ if column not in columns]
    twice = sorted({column for column in columns if column in _READ and columns.count(column) > 1})
    problems = []
    for column in missing:
        near = did_you_mean(column, [each for each in columns if each not in COLUMNS])
        problems.append(f"the column {column!r} is missing. {near or 'Columns: ' + ', '.join(columns[:12])}")
    problems += [f"the column {column!r} is there more than once" for column in twice]
    if problems:
        raise SheetError(name, problems)
    return columns


def _undefused(cell: str) -> str:
    # `defused` has put the apostrophe before texts that a spreadsheet would run as a formula.
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _says_the_same(mark: Mark, other: Mark | None) -> bool:
    """Whether two marks are equal except for the marker and the time."""
    if other is None:
        return False
    stored = replace(other, comment=_undefused(defused(other.comment)).strip(), items=tuple(sorted(other.items)))
    return (mark.score, tuple(sorted(mark.items)), mark.comment) == (
        None if stored.score is None else float(points(stored.score)),
        stored.items,
        stored.comment,
    )
