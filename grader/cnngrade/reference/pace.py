"""How long a training may take: a multiple of what our own takes on this machine, measured when somebody's is late.

Up to `FLOOR` nothing is measured. A training that is not done then is held against the reference's, which is trained beside it,
under the same load, once in a run for each net and data set; so is whatever else is asked in a task that trains, whose limit
is as long. The task's own limit stands in any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from cnngrade.course.assignment import Limits, generous
from cnngrade.judge.failures import Failure
from cnngrade.judge.session import Ask, Limit, Session
from cnngrade.judge.sides import TRAINING, ProbeCall
from cnngrade.records.report import Verdict
from cnngrade.reference.sessions import TrustedSession

FLOOR = 120.0  # seconds
TIMES = 10.0  # the slowest of the week's recipes takes less than twice as long as the reference


class Trainings:
    """What is known of the reference's trainings."""

    def __init__(self, reference: TrustedSession) -> None:
        self._reference = reference
        self._known: dict[str, float | Failure] = {}  # seconds; infinity where it was not waited for any longer

    def pace(self, question: ProbeCall, seed: int, limits: Limits) -> FoundPace:
        """The limit for a training, found out when it is late."""
        return FoundPace(FLOOR, lambda most: self._limit(question, seed, limits, most))

    def fails_like(self, question: ProbeCall, seed: int, limits: Limits) -> bool:
        """Whether the reference fails to train in the same way: our error then."""
        if question.probe not in TRAINING or not isinstance(question.outcome, Failure):
            return False
        if question.outcome.verdict is Verdict.TIMEOUT:
            return False
        ours = self._measured(question, seed, limits)
        return isinstance(ours, Failure) and ours.signature == question.outcome.signature

    def _limit(self, question: ProbeCall, seed: int, limits: Limits, most: float) -> Limit:
        ours = self._measured(question, seed, limits)
        if isinstance(ours, Failure) or max(FLOOR, TIMES * ours) >= most:
            return Limit(most, f"{most:.3g} seconds, the limit")
        seconds = max(FLOOR, TIMES * ours)
        return Limit(seconds, f"{seconds:.3g} seconds; our own takes {ours:.3g} on this machine")

    def _measured(self, question: ProbeCall, seed: int, limits: Limits) -> float | Failure:
        key = f"{question.probe} {[_kind(each) for each in question.args]}"
        if key not in self._known:
            started = time.monotonic()
            try:
                # Past its memory: what it takes is of interest, and an answer as large as a network is not to be kept.
                patience = limits.seconds / TIMES  # past that it shortens nobody's limit
                ask = Ask(question.probe, question.args, question.kwargs, seed, patience, generous(limits))
                Session.ask(self._reference, ask)
                self._known[key] = time.monotonic() - started
            except Failure as failure:
                self._known[key] = float("inf") if failure.verdict is Verdict.TIMEOUT else failure
        return self._known[key]


@dataclass(frozen=True)
class FoundPace:
    """A `Pace` whose limit `find` finds."""

    after: float
    find: Callable[[float], Limit]

    def limit(self, most: float) -> Limit:
        """As `find` says."""
        return self.find(most)


def _kind(value: Any) -> object:
    """What tells one training from others: not which images, nor the seed."""
    if isinstance(value, Tensor):
        return tuple(value.shape)
    if isinstance(value, dict):
        return {name: _kind(each) for name, each in value.items() if name != "seed"}
    return value
