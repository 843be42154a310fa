"""The two sides a test speaks to: `inside` (the student's code) and `reference` (ours), with the same probes.

    same(inside.forward("models.py:LeNet5", x), reference.forward("models.py:LeNet5", x))

Every line of a suite that names `inside` runs beside the student's code; every other line runs outside.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cnngrade.course.assignment import Limits
from cnngrade.judge.compare import close
from cnngrade.judge.elementary import Elementary, Reading
from cnngrade.judge.failures import Failure, Wrong
from cnngrade.judge.session import Session


@dataclass(frozen=True)
class Question:
    """One probe call, and what came of it: a value or a failure."""

    probe: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outcome: Any

    def same_outcome(self, session: Session, seed: int, seconds: float) -> bool:
        """Whether `session`, asked the same, answers the same to rounding, or fails the same way."""
        try:
            answer = session.ask(self.probe, self.args, self.kwargs, seed, seconds)
        except Failure as failure:
            return isinstance(self.outcome, Failure) and failure.signature == self.outcome.signature
        return not isinstance(self.outcome, Failure) and close(answer, self.outcome)


@dataclass(frozen=True)
class SourceQuestion(Question):
    """What reading the source came to, in place of a probe's answer; nothing runs for it."""

    allowed: Elementary

    def same_outcome(self, session: Session, seed: int, seconds: float) -> bool:
        """Whether the same is the matter with the session's own source; where it stands and what it is called are free."""
        return bool(session.reader(self.allowed).read(*self.args).kinds == self.outcome)


class Answer(dict[str, Any]):
    """A probe's answer by name; a name that a tampered-with inside left out is a wrong answer, not our error."""

    def __missing__(self, key: str) -> Any:
        raise Wrong(f"the answer has no {key!r}")


@dataclass
class Side:
    """Calls probes by name: `side.forward(...)`. Keeps what was asked, and how much of its time is left (seconds)."""

    session: Session
    seed: int
    seconds: float
    limits: Limits
    questions: list[Question] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # for a person to look at; no student sees them

    def __getattr__(self, probe: str) -> Callable[..., Any]:
        if probe.startswith("_"):
            raise AttributeError(probe)

        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._ask(probe, args, kwargs)

        return ask

    def read(self, symbol: str, allowed: Elementary) -> Reading:
        """Reads what `symbol` reaches in the source, outside; its remarks are kept, and what it finds for recognition."""
        reading = self.session.reader(allowed).read(symbol)
        self.remarks += [remark for remark in reading.remarks if remark not in self.remarks]
        self.questions.append(SourceQuestion("source", (symbol,), {}, reading.kinds, allowed))
        return reading

    def _ask(self, probe: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        started = time.monotonic()
        try:
            self.session.load()
            started = time.monotonic()  # starting a process is not the student's time
            outcome = self.session.ask(probe, args, kwargs, self.seed, max(self.seconds, 0.01), self.limits)
        except Failure as failure:
            self.questions.append(Question(probe, args, kwargs, failure))
            raise
        finally:
            self.seconds -= time.monotonic() - started
        self.questions.append(Question(probe, args, kwargs, outcome))
        return Answer(outcome) if isinstance(outcome, dict) else outcome
