from __future__ import annotations

from dataclasses import replace

import pytest

from cnngrade.records.marks import Mark, answer_sha256, with_marks
from cnngrade.records.report import Report, Status, WrittenResult
from tests.support import factories

ANSWER = "An epoch is one pass over the data."


def graded(**changes: object) -> Report:
    written = [WrittenResult("epoch", None, 3.0, ANSWER), WrittenResult("shuffle", None, 3.0, "Luck.")]
    return factories.report([factories.task("lenet")], written, **changes)


def mark(question: str = "epoch", score: float | None = 2.0, answer: str = ANSWER) -> Mark:
    return Mark("week2", "ada.lovelace", question, "ta", score, ("terms",), "Which?", answer_sha256(answer), 0, 1)


def test_a_report_is_incomplete_until_all_marks_are_given() -> None:
    """One mark of two raises the score and leaves the status; the second one completes it."""
    one = with_marks(graded(), {"epoch": mark()})
    assert (one.score, one.status, one.auto_score) == (10.0, Status.INCOMPLETE, 8.0)
    assert (one.written[0].comment, one.written[0].items) == ("Which?", ["terms"])
    both = with_marks(graded(), {"epoch": mark(), "shuffle": mark("shuffle", 0.0, "Luck.")})
    assert (both.score, both.max_score, both.status) == (10.0, 14.0, Status.GRADED)


@pytest.mark.parametrize(
    "given",
    [mark(score=None), mark(answer="Another text."), mark(score=4.0)],
    ids=["taken back", "the answer changed", "above the maximum"],
)
def test_a_mark_that_does_not_hold_is_no_mark(given: Mark) -> None:
    """A mark that was taken back, was given for another text, or exceeds the points leaves the answer waiting."""
    report = with_marks(graded(), {"epoch": given, "shuffle": mark("shuffle", 1.0, "Luck.")})
    assert report.written[0] == graded().written[0]
    assert (report.score, report.status) == (9.0, Status.INCOMPLETE)


def test_our_own_failure_stays_one() -> None:
    """Marks do not turn a report that the grader failed on into a graded one."""
    report = with_marks(factories.spoilt(graded()), {"epoch": mark(), "shuffle": mark("shuffle", 1.0, "Luck.")})
    assert report.status is Status.GRADER_ERROR


def test_marks_of_questions_that_are_gone_change_nothing() -> None:
    """A question that was taken out of the course leaves its marks in the history only."""
    assert with_marks(graded(), {"gone": mark("gone")}) == replace(graded(), score=8.0)
