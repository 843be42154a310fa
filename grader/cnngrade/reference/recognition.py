"""Recognising known mistakes: by what a submission's code computes, never by how it is written, and never by guessing.

A mistake fits when it answers every question that the task's tests asked just as the submission did: equal values to
rounding, or the same exception. Where two fit, both are named; where none fits, none is.
"""

from __future__ import annotations

from collections.abc import Callable

from cnngrade.course.mistakes import Mistake
from cnngrade.judge.failures import Failure
from cnngrade.judge.outcome import Outcome
from cnngrade.records.report import Verdict
from cnngrade.reference.sessions import TrustedSession

_SECONDS = 60.0
_RECOGNISABLE = (Verdict.WRONG, Verdict.CRASH)


def recognise(
    outcomes: list[Outcome], mistakes: list[Mistake], session_of: Callable[[Mistake], TrustedSession]
) -> list[Mistake]:
    """The mistakes of one task that fit its tests' outcomes."""
    failed = [outcome for outcome in outcomes if outcome.result.verdict is not Verdict.PASS]
    if not any(outcome.result.verdict in _RECOGNISABLE and outcome.questions for outcome in failed):
        return []
    # What failed is asked first: most mistakes are ruled out by their first question.
    ordered = failed + [outcome for outcome in outcomes if outcome not in failed]
    return [mistake for mistake in mistakes if _fits(ordered, session_of(mistake))]


def fails_like_the_reference(outcomes: list[Outcome], reference: TrustedSession) -> bool:
    """Whether a question that the submission failed to answer fails in the same way for the reference: our error then."""
    return any(
        isinstance(question.outcome, Failure) and question.same_outcome(reference, outcome.seed, _SECONDS)
        for outcome in outcomes
        for question in outcome.questions
    )


def _fits(outcomes: list[Outcome], session: TrustedSession) -> bool:
    return all(
        question.same_outcome(session, outcome.seed, _SECONDS) for outcome in outcomes for question in outcome.questions
    )
