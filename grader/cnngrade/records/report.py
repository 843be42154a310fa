"""The facts of a grade: frozen, plain, and the only thing reports are rendered from.

`Report` is `report.json` (schema 1): its fields may be added to, never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA = 1


class Verdict(StrEnum):
    """What is said of a test and of a task; the words are used in code, reports and handouts alike."""

    PASS = "pass"
    WRONG = "wrong"
    CRASH = "crash"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    MISSING = "missing"  # the name is not there, or still raises NotImplementedError
    NOT_GRADED = "not_graded"  # this machine cannot: no GPU, no data; costs and earns nothing
    GRADER_ERROR = "grader_error"  # our fault; never a zero

    @property
    def counts(self) -> bool:
        """Whether the verdict earns or costs points."""
        return self not in (Verdict.NOT_GRADED, Verdict.GRADER_ERROR)


class Status(StrEnum):
    """The state of a whole report."""

    GRADED = "graded"
    INCOMPLETE = "incomplete"  # written answers still wait for a mark, or nothing was handed in
    GRADER_ERROR = "grader_error"


@dataclass(frozen=True)
class TestResult:
    """One claim about a submission, and whether it holds."""

    __test__ = False  # not a pytest class, whatever its name

    id: str
    claim: str
    verdict: Verdict
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class TaskResult:
    """What carries points: all of a task's tests pass, or it earns nothing.

    `figures` holds an accuracy task's numbers: `data` (name of the data set), `accuracy` and `threshold` (in [0, 1]),
    `epochs`, `attempts`, `seconds`, `losses` (mean training loss per epoch, where known), `confusion` (10 x 10 counts,
    rows are true classes), `classes` (names), and `misclassified`, a list of
    `{"image": [[...]] or [[[...]]] uint8, "truth": int, "answer": int}`. An experiment that trains several nets has, in
    place of the last four, `comparison`: a list of `{"net": name, "permuted": bool, "accuracy": float, "attempts": int}`;
    its `accuracy` is the lowest of them.
    """

    id: str
    title: str
    symbols: list[str]
    score: float
    max_score: float
    verdict: Verdict
    mistake: str | None = None
    hint: str | None = None
    tests: list[TestResult] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)  # all that fit, where more than one does
    remarks: list[str] = field(default_factory=list)  # for a person to look at: on the class page, never on a student's


class AnswerState(StrEnum):
    """What can be said of a written answer by its form alone; none of it is a judgement."""

    GIVEN = "given"
    SHORT = "short"  # too few words to be an answer
    TEMPLATE = "template"  # still the text of the sheet
    EMPTY = "empty"


@dataclass(frozen=True)
class WrittenResult:
    """A written answer; `score` is None until somebody has marked it, and again when the answer has changed since.

    `items` are the ids of the rubric's items that the mark grants.
    """

    question: str
    score: float | None
    max_score: float
    answer: str = ""
    comment: str = ""
    state: AnswerState = AnswerState.GIVEN
    items: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Environment:
    """What decided the grade besides the submission."""

    cnngrade: str
    python: str
    torch: str
    device: str
    seed: int
    isolation: str
    data: dict[str, str]  # data set asked for -> what was used, e.g. {"mnist": "mnist"} or {"mnist": "digits"}
    suite_sha256: str
    submission_sha256: str


NOWHERE = Environment("", "", "", "", 0, "", {}, "", "")
"""Stands where nothing was judged, or where nobody asks."""


@dataclass(frozen=True)
class Lateness:
    """When a submission was due and when it came; `due` and `handed_in` are ISO 8601 with their offset from UTC.

    `handed_in` is "" where nobody knows. `days` are those that cost something: each begun day after `due`, and 0 within the
    grace period. `per_cent` of the points earned are deducted. `note` says what a reader cannot see from the numbers.
    """

    due: str
    handed_in: str
    days: int = 0
    per_cent: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Report:
    """One student's week.

    `score` and `auto_score` are what the work earned, never less for being late: a deduction stands beside them, in
    `lateness`. `name` and `keys` say who the student is to the roster and to the learning platform, such as
    `{"canvas": "12345", "email": "ada@example.org"}`. Where nothing was `handed_in` by somebody on the roster, the report
    says so, and is incomplete: whether that is a zero is for people to decide.
    """

    course: str
    week: str
    student: str
    status: Status
    auto_score: float
    auto_max_score: float
    score: float
    max_score: float
    tasks: list[TaskResult]
    written: list[WrittenResult]
    environment: Environment
    notes: list[str] = field(default_factory=list)  # what the reader of the submission had to say (skipped files, ...)
    schema: int = SCHEMA
    pending: list[str] = field(default_factory=list)  # tasks that are still to be judged: the report is incomplete
    name: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    handed_in: bool = True
    lateness: Lateness | None = None

    @property
    def deduction(self) -> float:
        """The points that lateness costs, rounded to two decimals."""
        return round(self.score * self.lateness.per_cent / 100, 2) if self.lateness else 0.0

    @property
    def final_score(self) -> float:
        """The points that are left after the deduction."""
        return round(self.score - self.deduction, 2) if self.deduction else self.score


@dataclass(frozen=True)
class Change:
    """A task was judged again, and its points or its verdict moved; `at` is the time in UTC."""

    week: str
    student: str
    task: str
    before: float
    after: float
    verdict_before: str
    verdict_after: str
    why: str
    at: str = ""
