"""Marking without a screen: the ledger, a session, groups and suggestions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnngrade.errors import OutputError
from cnngrade.marking.grouping import groups_of
from cnngrade.marking.ledger import Ledger, TakenError
from cnngrade.marking.session import GivenAnswer, MarkingSession, make_piles
from cnngrade.marking.suggestions import suggestions
from cnngrade.records.database import Store
from cnngrade.records.report import AnswerState, Report, Status
from tests.support.written_class import QUESTIONS, answered, reports, write_store

SHUFFLE = QUESTIONS[0]
WEEK = "week2"
RIGHT = "In every epoch the order is drawn anew, so the batches are random samples of the whole set."


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Six students: the first two wrote the same words to `shuffle`."""
    graded = reports(6)
    graded[0] = answered(graded[0], shuffle=RIGHT)
    graded[1] = answered(graded[1], shuffle=f"  {RIGHT.upper()} ")
    return write_store(tmp_path / "out", graded)


@pytest.fixture
def ledger(out: Path) -> Iterator[Ledger]:
    with Ledger(out, WEEK) as opened:
        yield opened


def session(ledger: Ledger, marker: str = "ada", questions: int = 2) -> MarkingSession:
    return MarkingSession(ledger, make_piles(ledger.reports(), QUESTIONS[:questions]), marker)


def stored(out: Path) -> dict[str, Report]:
    with Store(out) as store:
        return {report.student: report for report in store.reports()}


def show(one: MarkingSession, student: str, pile: int = 0) -> GivenAnswer:
    answers = one.piles[pile].answers
    one.go(pile, next(number for number, each in enumerate(answers) if each.student == student))
    return one.answer


# --- the history ------------------------------------------------------------------------------------------------------


def test_a_mark_has_who_when_and_what_it_was_before(ledger: Ledger) -> None:
    """A new mark takes the place of the old one, and both stay in the history, in order."""
    one = session(ledger)
    answer = show(one, "student-000")
    one.toggle("new-order")
    one.comment(" Why? ")
    one.give()
    one.toggle("test-order")
    one.give()
    first, second = ledger.history("student-000", "shuffle")
    assert (first.marker, first.score, first.items, first.comment) == ("ada", 1.0, ("new-order",), "Why?")
    assert (second.score, second.items, second.replaces) == (2.0, ("new-order", "test-order"), first.number)
    assert len(first.at) == len("2026-11-26 10:00:00")
    assert answer.mark == second
    assert ledger.text(first) == RIGHT


def test_history_cannot_be_changed(ledger: Ledger, out: Path) -> None:
    """The database itself refuses to change or delete an entry, and a second entry after the same one."""
    one = session(ledger)
    one.grant(True)
    one.give()
    with sqlite3.connect(out / "grades.db") as other:
        for statement in ("UPDATE marks SET score = 0", "DELETE FROM marks"):
            with pytest.raises(sqlite3.IntegrityError, match="a mark is never"):
                other.execute(statement)
        row = other.execute("SELECT * FROM marks").fetchone()
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            other.execute(f"INSERT INTO marks VALUES ({', '.join('?' * len(row))})", (99, *row[1:]))


def test_two_markers_do_not_overwrite_each_other(out: Path) -> None:
    """Who comes second is told what the first one gave, nothing is written, and giving again replaces it knowingly."""
    with Ledger(out, WEEK) as ledger, Ledger(out, WEEK) as other:
        ada, bob = session(ledger), session(other, "bob")
        for each in (ada, bob):
            show(each, "student-000")
        ada.grant(True)
        ada.give()
        bob.toggle("test-order")
        with pytest.raises(TakenError) as error:
            bob.give()
        assert [(mark.marker, mark.score) for mark in error.value.theirs] == [("ada", 3.0)]
        assert [mark.marker for mark in ledger.history("student-000", "shuffle")] == ["ada"]
        assert bob.draft.items == {"test-order"}
        bob.give()
        assert [mark.marker for mark in ledger.history("student-000", "shuffle")] == ["ada", "bob"]


def test_what_arrives_behind_the_marker_is_not_replaced_unseen(out: Path) -> None:
    """A mark that is taken over in the background while the answer is on the screen still has to be seen first."""
    with Ledger(out, WEEK) as ledger, Ledger(out, WEEK) as other:
        ada, bob = session(ledger), session(other, "bob")
        for each in (ada, bob):
            show(each, "student-000")
        ada.grant(True)
        ada.give()
        assert bob.refresh() == 1
        bob.grant(False)
        with pytest.raises(TakenError):
            bob.give()


def test_a_group_is_marked_at_once_or_not_at_all(out: Path) -> None:
    """Where somebody was quicker with one of a group, none of the group is marked."""
    with Ledger(out, WEEK) as ledger, Ledger(out, WEEK) as other:
        ada, bob = session(ledger), session(other, "bob")
        show(ada, "student-001")
        show(bob, "student-000")
        ada.grant(True)
        ada.give()
        bob.grant(True)
        group = bob.group_waiting()
        assert {each.student for each in group} == {"student-000", "student-001"}
        with pytest.raises(TakenError):
            bob.give(group)
        assert ledger.history("student-000", "shuffle") == []
        assert bob.group_waiting() == [bob.answer]


def test_undo_brings_back_what_was_there(ledger: Ledger) -> None:
    """Undo takes back the last step, one mark or a group, by entries of its own; the choice is on the screen again."""
    one = session(ledger)
    answer = show(one, "student-000")
    one.toggle("new-order")
    one.give(one.group_waiting())
    one.toggle("test-order")
    one.give()
    one.undo()
    assert (answer.mark and answer.mark.score, answer.mark and answer.mark.items) == (1.0, ("new-order",))
    one.undo()
    assert answer.mark is None
    assert one.draft.items == {"new-order"}
    assert one.undo() is None
    assert [mark.score for mark in ledger.history("student-000", "shuffle")] == [1.0, 2.0, 1.0, None]
    assert [mark.score for mark in ledger.history("student-001", "shuffle")] == [1.0, None]


def test_undo_does_not_touch_what_others_gave_since(out: Path) -> None:
    """What somebody else has replaced cannot be undone."""
    with Ledger(out, WEEK) as ledger, Ledger(out, WEEK) as other:
        ada = session(ledger)
        show(ada, "student-000")
        ada.grant(True)
        ada.give()
        bob = session(other, "bob")
        show(bob, "student-000")
        bob.grant(False)
        bob.give()
        with pytest.raises(TakenError):
            ada.undo()
        assert ledger.latest()["student-000", "shuffle"].score == 0


# --- a session --------------------------------------------------------------------------------------------------------


def test_a_session_goes_on_where_it_was(ledger: Ledger) -> None:
    """Items and a comment that were never given are there again, at the same answer; other markers do not see them."""
    one = session(ledger)
    one.move(2)
    student = one.answer.student
    one.toggle("test-order")
    one.comment("half a sent")
    again = session(ledger)
    assert (again.answer.student, again.begun) == (student, True)
    assert (again.draft.items, again.draft.comment) == ({"test-order"}, "half a sent")
    assert session(ledger, "bob").at == (0, 0)
    again.give()
    assert session(ledger).begun is False


def test_it_begins_at_the_first_answer_that_waits(ledger: Ledger) -> None:
    """Marked answers are passed over, to the next question and at last to none."""
    one = session(ledger)
    for _ in range(6):
        one.grant(True)
        one.give()
        assert one.next_waiting()
    assert one.at[0] == session(ledger).at[0] == 1
    for _ in range(6):
        one.grant(False)
        one.give()
        more = one.next_waiting()
    assert more is False
    assert one.done == (12, 12)


def test_points_stay_within_the_question(ledger: Ledger) -> None:
    """Half points go up and down from what the items give, never below 0 or above the maximum."""
    one = session(ledger)
    one.adjust(-0.5)
    assert one.score == 0
    one.toggle("new-order")
    one.adjust(0.5)
    assert one.score == 1.5
    one.grant(True)
    one.adjust(0.5)
    assert one.score == 3
    one.adjust(-0.5)
    assert one.score == 2.5
    one.give()
    one.go(*one.at)
    assert (one.score, len(one.draft.items)) == (2.5, 3)


def test_comments_given_before_come_back(ledger: Ledger) -> None:
    """The bank has the comments of this question first, the frequent ones before the rare, and each once."""
    one = session(ledger)
    for pile, texts in ((0, ["Why?", "Which?", "Which?"]), (1, ["Other.", "Other.", "Why?"])):
        for number, text in enumerate(texts):
            one.go(pile, number)
            one.comment(text)
            one.grant(True)
            one.give()
    assert ledger.comments("shuffle") == ["Which?", "Why?", "Other."]


def test_a_changed_answer_has_to_be_marked_again(ledger: Ledger, out: Path) -> None:
    """When a student's text changes, its mark stays in the history, and the answer waits; the same text keeps its mark."""
    one = session(ledger)
    for student in ("student-000", "student-001"):
        show(one, student)
        one.grant(True)
        one.give()
    with Store(out) as store:
        graded = {report.student: report for report in store.reports()}
        again = answered(reports(6)[0], shuffle="Something else altogether, written later.")
        store.add(again, "new")
        kept = answered(reports(6)[1], shuffle=graded["student-001"].written[0].answer)
        store.add(kept, "new")
        assert [report.written[0].score for report in store.reports()][:2] == [None, 3]
    one = session(ledger)
    answer = show(one, "student-000")
    assert answer.mark is None
    assert answer.outdated is not None
    assert one.begun is False
    assert one.draft.items == frozenset()
    assert stored(out)["student-000"].status is Status.INCOMPLETE
    one.grant(False)
    one.give()
    assert [mark.score for mark in ledger.history("student-000", "shuffle")] == [3, 0]


def test_reports_of_another_rubric_are_told(ledger: Ledger) -> None:
    """A report that lacks a question, or states other points, is left out of the pile, with a line that says what to do."""
    told: list[str] = []
    graded = ledger.reports()
    without = [answered(graded[0]), *graded[1:]]
    without[0].written.pop(0)
    piles = make_piles(without, QUESTIONS[:1], told.append)
    assert [len(pile.answers) for pile in piles] == [5]
    assert told == [
        "1 submissions were graded before questions.toml asked 'shuffle' for 3 points: grade them again to mark it"
    ]


def test_there_has_to_be_something_to_mark(tmp_path: Path) -> None:
    """Without grades.db nothing is made."""
    with pytest.raises(OutputError, match=r"there is no grades\.db in"):
        Ledger(tmp_path, WEEK)
    assert list(tmp_path.iterdir()) == []


def test_names_that_tell_nothing_stay_the_same(ledger: Ledger, out: Path) -> None:
    """A student's code is the same in every session on one store, unlike anybody else's, and no digest of the id alone."""
    codes = ledger.codes(["ada", "bob"])
    with Ledger(out, WEEK) as again:
        assert again.codes(["bob", "ada"]) == codes
    assert len(set(codes.values())) == 2
    other = write_store(out.parent / "other", reports(1))
    with Ledger(other, WEEK) as elsewhere:
        assert elsewhere.codes(["ada"])["ada"] != codes["ada"]


# --- groups and suggestions -------------------------------------------------------------------------------------------


def test_equal_words_are_one_group_and_empty_ones_the_last() -> None:
    """Case, blanks and punctuation do not part answers; nothing at all is a group of its own, behind all others."""
    texts = ["", "An epoch is one pass.", "an  EPOCH is one pass", "Batches are drawn at random.", " ", "...", "\t"]
    groups = groups_of(texts)
    assert sorted(groups[:-1]) == [[1, 2], [3]]
    assert groups[-1] == [0, 4, 5, 6]
    assert groups_of([]) == []
    assert groups_of(["", ""]) == [[0, 1]]
    assert groups_of(["one"]) == [[0]]


def test_similar_answers_lie_together_in_both_languages() -> None:
    """Near copies are one group, in English and in Chinese, where there are no blanks between words."""
    texts = [
        "The order of the samples is drawn again in every epoch, so the batches change.",
        "训练时每一批都应当是整个训练集的随机样本。",
        "Shuffling changes the labels of all the images in the data set.",
        "the order of samples is drawn agian in every epoch so that the batches change",
        "训练的时候，每一批应当是整个训练集的随机样本",
        "洗牌会改变图片的标签，准确率就不对了。",
    ]
    assert sorted(groups_of(texts)) == [[0, 3], [1, 4], [2], [5]]


def test_every_answer_is_in_one_group() -> None:
    """No answer is lost or doubled, whatever it is made of."""
    texts = [RIGHT, "\x00\ud800", "🙂", "∑ x²", "a" * 20_000, "a", "中" * 5000, "- - -", RIGHT]
    assert sorted(number for group in groups_of(texts) for number in group) == list(range(len(texts)))


def test_suggestions_name_the_items_that_an_answer_touches() -> None:
    """An answer on the order in testing suggests that item alone, in either language; what is off the subject, none."""
    texts = [
        "In testing the result does not depend on the order, since nothing is updated.",
        "测试时不更新参数，顺序不影响结果。",
        "I had no time for this question, sorry.",
        "",
    ]
    assert suggestions(texts, SHUFFLE) == [{"test-order"}, {"test-order"}, frozenset(), frozenset()]


def test_what_is_hardly_an_answer_comes_last(ledger: Ledger) -> None:
    """Answers are read first; too short ones come behind them, and those that are not there at the very end."""
    graded = [
        answered(report, shuffle=text)
        for report, text in zip(ledger.reports(), ["", "TODO", RIGHT, "", RIGHT, "TODO"], strict=True)
    ]
    for report in graded:
        text = report.written[0].answer
        state = {"": AnswerState.EMPTY, "TODO": AnswerState.SHORT}.get(text, AnswerState.GIVEN)
        object.__setattr__(report.written[0], "state", state)
    (pile,) = make_piles(graded, QUESTIONS[:1])
    assert [each.written.answer for each in pile.answers] == [RIGHT, RIGHT, "TODO", "TODO", "", ""]
