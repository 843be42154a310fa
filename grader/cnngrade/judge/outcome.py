"""What comes of a test, and what the staff's own code says of it where that is installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cnngrade.course.assignment import Limits, Task
from cnngrade.course.mistakes import Mistake
from cnngrade.judge.session import Pace, Session
from cnngrade.judge.sides import TRAINING, ProbeCall
from cnngrade.records.report import TestResult


@dataclass
class Outcome:
    """What came of one test: its result, its task's figures, and what the student's side was asked."""

    task: str
    result: TestResult
    figures: dict[str, Any]
    questions: list[ProbeCall]
    seed: int
    remarks: list[str] = field(default_factory=list)

    @property
    def trained(self) -> bool:
        """Whether a network was trained for it."""
        return any(question.probe in TRAINING for question in self.questions)


class OurCode(Protocol):
    """What a judge asks of the staff's own code of a week. Students do not have it, and are judged without."""

    @property
    def reference(self) -> Session:
        """Answers as the reference does."""

    def lookalikes(self, symbol: str) -> Sequence[Session]:
        """Answer as known mistakes of the net `symbol` do."""

    def pace(self, question: ProbeCall, seed: int, limits: Limits) -> Pace:
        """Bounds a training by what the reference's takes."""

    def fails_alike(self, task: Task, outcomes: Sequence[Outcome]) -> bool:
        """Tells whether the reference fails the task in the same way: our error then."""

    def recognised(self, task: Task, outcomes: Sequence[Outcome]) -> list[Mistake]:
        """Returns the task's known mistakes that answer as the submission did."""
