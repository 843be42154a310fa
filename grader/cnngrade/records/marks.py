"""Marks of written answers: what people said of an answer, who and when; and reports with their marks in.

A mark is never changed: a new one takes its place and names it, so that each answer has a history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from cnngrade.records.digests import digest_of_text
from cnngrade.records.report import Report, WrittenResult
from cnngrade.records.scoring import scored


@dataclass(frozen=True)
class Mark:
    """One entry in the history of an answer's marks.

    `score` is None where an earlier mark was taken back. `items` are the rubric's items that were granted. `answer_sha256`
    is the digest of the text that was marked. `replaces` is the number of the entry before, 0 for the first one. `number`
    and `at` (UTC) are the store's to give.
    """

    week: str
    student: str
    question: str
    marker: str
    score: float | None
    items: tuple[str, ...]
    comment: str
    answer_sha256: str
    replaces: int
    number: int = 0
    at: str = ""


answer_sha256 = lru_cache(maxsize=20_000)(digest_of_text)  # a screen of a class asks for all of them at every key
"""The digest by which an answer is known to be the one that was marked."""


def holds(mark: Mark | None, answer: WrittenResult) -> bool:
    """Whether a mark is the mark of this answer: given, for this very text, and within the question's points."""
    return (
        mark is not None
        and mark.score is not None
        and mark.score <= answer.max_score
        and mark.answer_sha256 == answer_sha256(answer.answer)
    )


def with_marks(report: Report, latest: Mapping[str, Mark]) -> Report:
    """The report with the marks that hold, by question, and with its totals and status as they follow from them."""
    written = [_marked(answer, latest.get(answer.question)) for answer in report.written]
    return scored(replace(report, written=written))


def _marked(answer: WrittenResult, mark: Mark | None) -> WrittenResult:
    if mark is None:
        return answer
    if not holds(mark, answer):
        return replace(answer, score=None, comment="", items=[])
    return replace(answer, score=mark.score, comment=mark.comment, items=list(mark.items))
