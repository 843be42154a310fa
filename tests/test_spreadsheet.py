from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cnngrade.errors import UserError
from cnngrade.marking.ledger import Ledger
from cnngrade.marking.session import MarkingSession, Pile, make_piles
from cnngrade.marking.spreadsheet import COLUMNS, SheetError, sheet, take
from tests.support.written_class import QUESTIONS, answered, reports, write_store

WEEK = "week2"


class Desk:
    """A ledger with five students and two questions, and a sheet of it."""

    def __init__(self, out: Path) -> None:
        graded = reports(5)
        graded[0] = answered(graded[0], shuffle="=HYPERLINK(\"http://x\")\nsecond line, with 'quotes'; 和中文")
        self.out = write_store(out, graded)
        self.ledger = Ledger(out, WEEK)
        self.piles: list[Pile] = make_piles(self.ledger.reports(), QUESTIONS[:2])
        self.shown = {f"student-{number:03d}": f"student-{number:03d}" for number in range(5)}

    def text(self) -> str:
        latest = self.ledger.latest()
        for pile in self.piles:
            for answer in pile.answers:
                answer.entry = latest.get((answer.student, pile.question.id))
        return sheet(self.piles, self.shown)

    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text())))

    def take(self, rows: list[dict[str, str]] | bytes, marker: str = "ada") -> int:
        content = rows if isinstance(rows, bytes) else written(rows).encode()
        return len(take(content, "marks.csv", self.ledger, self.piles, self.shown, marker))

    def marks(self) -> dict[tuple[str, str], tuple[float | None, tuple[str, ...], str]]:
        return {key: (mark.score, mark.items, mark.comment) for key, mark in self.ledger.latest().items()}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "out")
    yield made
    made.ledger.close()


def written(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def row(rows: list[dict[str, str]], student: str = "student-000", question: str = "shuffle") -> dict[str, str]:
    return next(each for each in rows if (each["student"], each["question"]) == (student, question))


def test_every_answer_has_a_row_and_none_a_formula(desk: Desk) -> None:
    """The sheet holds each answer once, whole, as text that no spreadsheet runs."""
    rows = desk.rows()
    assert tuple(rows[0]) == COLUMNS
    assert [each["question"] for each in rows] == ["shuffle"] * 5 + ["transforms"] * 5
    assert row(rows)["answer"] == "'=HYPERLINK(\"http://x\")\nsecond line, with 'quotes'; 和中文"


def test_what_was_filled_in_is_taken_with_who(desk: Desk) -> None:
    """Items alone give their points, a score alone stands as it is, and rows without either change nothing."""
    rows = desk.rows()
    row(rows).update(items="test-order, new-order", comment="-- why?")
    row(rows, "student-001").update(score="2,5", items="new-order")
    row(rows, "student-002", "transforms").update(score="0")
    assert desk.take(rows, "bob") == 3
    assert desk.marks() == {
        ("student-000", "shuffle"): (2.0, ("new-order", "test-order"), "-- why?"),
        ("student-001", "shuffle"): (2.5, ("new-order",), ""),
        ("student-002", "transforms"): (0.0, (), ""),
    }
    assert {mark.marker for mark in desk.ledger.latest().values()} == {"bob"}


def test_a_sheet_that_is_taken_twice_changes_nothing(desk: Desk) -> None:
    """Rows that say what is stored are no new marks: neither the same file again, nor a fresh sheet untouched."""
    rows = desk.rows()
    row(rows).update(items="new-order", comment="=1+1 is a formula\nof yours")
    assert desk.take(rows) == 1
    assert desk.take(rows) == 0
    assert desk.take(desk.rows()) == 0
    assert len(desk.ledger.history("student-000", "shuffle")) == 1


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_make_of_a_file_is_read(desk: Desk, codec: str, delimiter: str) -> None:
    """Other separators, encodings, column orders and columns of one's own do not matter."""
    rows = [{"note": "mine", **dict(reversed(each.items()))} for each in desk.rows()]
    row(rows).update(items="new-order", comment="为什么？")
    assert desk.take(written(rows, delimiter).encode(codec)) == 1
    assert desk.marks()["student-000", "shuffle"] == (1.0, ("new-order",), "为什么？")


Change = Callable[[list[dict[str, str]]], object]
WRONG: dict[str, tuple[Change, str]] = {
    "above": (lambda rows: row(rows).update(score="3.5"), "row 2: the score 3.5 is above the maximum, 3 for 'shuffle'"),
    "below": (lambda rows: row(rows).update(score="-1"), "the score -1 is below 0"),
    "nan": (lambda rows: row(rows).update(score="nan"), "the score 'nan' is no number"),
    "word": (lambda rows: row(rows).update(score="good"), "the score 'good' is no number"),
    "student": (lambda rows: row(rows).update(student="student-01"), "there is no student 'student-01' among"),
    "question": (lambda rows: row(rows).update(question="shufle"), "there is no question 'shufle'. Did you mean 'shuffle'?"),
    "item": (lambda rows: row(rows).update(items="new-ordre"), "'shuffle' has no item 'new-ordre'. Did you mean 'new-order'?"),
    "twice": (lambda rows: rows.append(row(rows)), "student-000 has row 2 for 'shuffle' already"),
    "comment": (lambda rows: row(rows).update(comment="Why?"), "a comment without a score or items: it would be lost"),
    "version": (lambda rows: row(rows).update(score="1", version="7"), "the version '7' of student-000, shuffle was changed"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_row_is_told_and_nothing_is_taken(desk: Desk, case: str) -> None:
    """One wrong row is one clear line, and the right rows of the same file are not taken either."""
    change, expected = WRONG[case]
    rows = desk.rows()
    row(rows, "student-003", "transforms").update(score="2")
    rows.sort(key=lambda each: each["student"])
    change(rows)
    with pytest.raises(SheetError) as error:
        desk.take(rows)
    assert len(error.value.problems) == 1
    assert expected in error.value.problems[0]
    assert str(error.value).startswith("nothing was taken from marks.csv, it has 1 problem:\n  row ")
    assert desk.marks() == {}


def test_every_wrong_row_is_told_at_once(desk: Desk) -> None:
    """A file is mended in one go: all its problems are listed, each with its row."""
    rows = desk.rows()
    for each in rows:
        each["score"] = "99"
    with pytest.raises(SheetError, match="it has 10 problems") as error:
        desk.take(rows)
    assert len({problem.split(":")[0] for problem in error.value.problems}) == 10


def broken(text: str) -> dict[str, tuple[bytes, str]]:
    head, rest = text.split("\n", 1)
    return {
        "renamed": (f"{head.replace('score,', 'mark,', 1).replace('items', 'itms')}\n{rest}".encode(),
                    "the column 'items' is missing. Did you mean 'itms'?"),
        "doubled": (f"{head.replace('group', 'score')}\n{rest}".encode(), "the column 'score' is there more than once"),
        "cell": (f"{text}shuffle,student-000\n".encode(), "it has 2 cells, and the first row 9"),
        "empty": (b"", "it is empty"),
        "quote": (f'{text}"shuffle'.encode(), "it is no CSV (unexpected end of data)"),
        "picture": (bytes(range(256)) * 50, "the column 'question' is missing"),
    }  # fmt: skip


@pytest.mark.parametrize("case", ["renamed", "doubled", "cell", "empty", "quote", "picture"])
def test_a_file_of_another_form_is_told(desk: Desk, case: str) -> None:
    """Changed columns, torn rows and what is no sheet at all are clear lines, and nothing is taken."""
    content, expected = broken(desk.text())[case]
    with pytest.raises(UserError) as error:
        desk.take(content)
    assert expected in str(error.value)
    assert desk.marks() == {}


def test_what_others_gave_in_the_meantime_is_not_overwritten(desk: Desk) -> None:
    """A row is refused, with who gave what, where the answer was marked after the sheet was written out."""
    rows = desk.rows()
    row(rows).update(score="1")
    row(rows, "student-001").update(score="1")
    screen = MarkingSession(desk.ledger, desk.piles, "bob")
    screen.go(0, next(k for k, each in enumerate(desk.piles[0].answers) if each.student == "student-000"))
    screen.grant(True)
    screen.give()
    with pytest.raises(SheetError, match="student-000, shuffle was marked since the sheet was written out: bob gave 3"):
        desk.take(rows)
    assert desk.marks() == {("student-000", "shuffle"): (3.0, ("new-order", "decorrelate", "test-order"), "")}


def test_a_mark_for_another_text_is_refused(desk: Desk) -> None:
    """Where a student's answer changed after the sheet was written out, its row is refused."""
    rows = desk.rows()
    row(rows).update(score="1")
    desk.piles = make_piles([answered(each, shuffle="Another text.") for each in desk.ledger.reports()], QUESTIONS[:2])
    with pytest.raises(
        SheetError, match="the answer of student-000, shuffle has changed since the sheet was written out"
    ):
        desk.take(rows)


def test_an_emptied_score_does_not_take_a_mark_back(desk: Desk) -> None:
    """What a spreadsheet lost is no wish: the row is refused, and the mark stays."""
    rows = desk.rows()
    row(rows).update(score="1")
    desk.take(rows)
    rows = desk.rows()
    row(rows).update(score="", items="")
    with pytest.raises(SheetError, match="the score is gone"):
        desk.take(rows)


def test_blind_sheets_are_taken_by_their_codes(desk: Desk) -> None:
    """A sheet without names says nothing of who wrote what, and finds its way back."""
    desk.shown = desk.ledger.codes(desk.shown)
    assert "student-" not in desk.text()
    rows = desk.rows()
    row(rows, desk.shown["student-004"]).update(score="1")
    assert desk.take(rows) == 1
    assert desk.marks() == {("student-004", "shuffle"): (1.0, (), "")}
