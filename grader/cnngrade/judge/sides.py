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
from cnngrade.judge.failures import Failure
from cnngrade.judge.session import Ask, Pace, Session
from cnngrade.judge.sketches import Sketch, sketched
from cnngrade.judge.values import held
from cnngrade.reading.elementary import Elementary, Reading

TRAINING = ("trained", "trained_answers")
"""The probes that train a network: no two runs are alike, and each takes long."""


@dataclass(frozen=True)
class ProbeCall:
    """One probe call, and what came of it: a value, of a large one a sketch, or a failure."""

    probe: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outcome: Any

    def same_outcome(self, session: Session, seed: int, seconds: float) -> bool:
        """Whether `session`, asked the same, answers the same to rounding, or fails the same way."""
        try:
            answer = session.ask(Ask(self.probe, self.args, self.kwargs, seed, seconds))
        except Failure as failure:
            return isinstance(self.outcome, Failure) and failure.signature == self.outcome.signature
        if isinstance(self.outcome, Failure):
            return False
        return self.outcome.fits(answer) if isinstance(self.outcome, Sketch) else close(answer, self.outcome)


@dataclass(frozen=True)
class SourceQuestion(ProbeCall):
    """What reading the source came to, in place of a probe's answer; nothing runs for it."""

    allowed: Elementary

    def same_outcome(self, session: Session, seed: int, seconds: float) -> bool:
        """Whether the same is the matter with the session's own source; where it stands and what it is called are free."""
        return bool(session.reader(self.allowed).read(*self.args).kinds == self.outcome)


@dataclass
class Side:
    """Calls probes by name: `side.forward(...)`. Keeps what was asked, and how much of its time is left (seconds)."""

    session: Session
    seed: int
    seconds: float
    limits: Limits
    pace: Callable[[ProbeCall], Pace] | None = None  # bounds what takes long by what our own takes
    questions: list[ProbeCall] = field(default_factory=list)
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
            pace = self.pace(ProbeCall(probe, args, kwargs, None)) if self.pace else None
            seconds = max(self.seconds, 0.01)
            outcome = self.session.ask(Ask(probe, args, kwargs, self.seed, seconds, self.limits, pace))
        except Failure as failure:
            # Another one: the frames that this one goes through would keep all that their variables hold.
            kept = Failure(failure.verdict, failure.message, failure.signature)
            self.questions.append(ProbeCall(probe, args, kwargs, kept))
            raise
        finally:
            self.seconds -= time.monotonic() - started
        self.questions.append(ProbeCall(probe, args, kwargs, sketched(outcome)))
        return held(outcome)
