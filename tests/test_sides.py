from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch

from cnngrade.course.assignment import Limits
from cnngrade.encodings import printable
from cnngrade.judge.failures import Failure, Wrong, of_exception
from cnngrade.judge.outcome import Outcome
from cnngrade.judge.session import Session
from cnngrade.judge.sides import Side
from cnngrade.records.report import TestResult, Verdict
from cnngrade.reference.recognition import fails_like_the_reference, recognise
from cnngrade.reference.sessions import TrustedSession
from cnngrade.sandbox.inside.wire import Frame
from cnngrade.sandbox.outside.forked import Forked, trusted
from cnngrade.sandbox.outside.process import FreshProcess

LIMITS = Limits(seconds=5, memory_mb=512, output_kb=2)
F = "models.py:f"


@pytest.fixture(scope="module")
def isolation() -> Iterator[Forked | FreshProcess]:
    with trusted() as found:
        yield found


@pytest.fixture
def code(isolation: Forked | FreshProcess) -> Iterator[Any]:
    """`code("def f(): ...")` is a session of a models.py with that text."""
    opened: list[Session] = []

    def make(text: str) -> TrustedSession:
        session = TrustedSession(
            isolation, {"models.py": text.encode()}, ["models.py"], "", replace(LIMITS, memory_mb=1024)
        )
        opened.append(session)
        return session

    yield make
    for session in opened:
        session.close()


def side(session: Session, seconds: float = 5) -> Side:
    return Side(session, seed=1, seconds=seconds, limits=LIMITS)


# --- sides ------------------------------------------------------------------------------------------------------------


def test_probes_are_called_by_name_and_kept(code: Any) -> None:
    """A side's attributes are probes; each question is kept with its answer or its failure."""
    inside = side(code("def f(x, y=1): return x / y"))
    assert inside.call(F, 6, y=4) == 1.5
    with pytest.raises(Failure):
        inside.call(F, 1, y=0)
    assert inside.signature(F) == ["x", "y"]
    first, second, third = inside.questions
    assert (first.probe, first.args, first.kwargs, first.outcome) == ("call", (F, 6), {"y": 4}, 1.5)
    assert isinstance(second.outcome, Failure)
    assert third.outcome == ["x", "y"]


def test_a_name_that_is_private_is_no_probe(code: Any) -> None:
    """Copying or inspecting a side asks nothing."""
    with pytest.raises(AttributeError):
        side(code("x = 1"))._secret  # noqa: B018


def test_time_is_spent_over_all_questions_of_a_test(code: Any) -> None:
    """Two questions of 0.7 seconds do not fit into 1.3 seconds; starting the process is not counted."""
    inside = side(code("import time\ndef f(x): time.sleep(0.7)"), seconds=1.3)
    inside.call(F, 1)
    assert inside.seconds < 0.7
    with pytest.raises(Failure) as caught:
        inside.call(F, 2)
    assert caught.value.verdict is Verdict.TIMEOUT
    started = time.monotonic()
    with pytest.raises(Failure):
        inside.call(F, 3)
    assert time.monotonic() - started < 3  # and what is left is no time at all


def test_a_name_that_an_answer_lacks_is_wrong(code: Any) -> None:
    """An inside that was tampered with and leaves a name out gives a wrong answer, never an error of ours."""
    answer = side(code("def f(): return {'loss': 1.0}")).call(F)
    assert answer["loss"] == 1.0
    with pytest.raises(Wrong, match="the answer has no 'accuracy'"):
        answer["accuracy"]


# --- recognising mistakes ---------------------------------------------------------------------------------------------


def outcome(session: Session, *arguments: Any, verdict: Verdict = Verdict.WRONG) -> Outcome:
    """What a test that asks `f` for each of `arguments` came to."""
    inside = side(session)
    for argument in arguments:
        try:
            inside.call(F, argument)
        except Failure as failure:
            verdict = failure.verdict
    return Outcome("task", TestResult("test", "claim", verdict), {}, inside.questions, 1)


MISTAKES = {
    "plus-one": "def f(x): return x + 1.0",
    "doubled": "def f(x): return 2 * x",
    "raises": "def f(x):\n    raise ValueError(f'no {len(x)}')",
    "nan": "def f(x): return x * float('nan')",
    "exits": "import os\ndef f(x): os._exit(3)",
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def f(y):\n    return 1.0000001 + y", ["plus-one"]),
        ("def f(y): return y - 1", []),
        ("def f(y): return [y + 1.0]", []),
        ("def f(z):\n\n    g = len(z)\n    raise ValueError('no ' + str(g))", ["raises"]),
        ("def f(z): raise ValueError('another')", []),
        ("def f(z): raise TypeError(f'no {len(z)}')", []),
        ("def f(y): return y / 0 * 0", ["nan"]),
        ("import os\ndef f(y): os._exit(3)", ["exits"]),
    ],
)
def test_mistakes_are_recognised_by_what_they_compute(code: Any, text: str, found: list[str]) -> None:
    """Equal to rounding on every question, or the same exception: that mistake; else none is named."""
    sessions = {name: code(mistake) for name, mistake in MISTAKES.items()}
    outcomes = [outcome(code(text), torch.arange(1.0, 4.0), torch.tensor([2.0, 5.0]))]
    assert recognise(outcomes, list(sessions), sessions.__getitem__) == found  # type: ignore[arg-type]


def test_every_mistake_that_fits_is_named(code: Any) -> None:
    """Where the questions cannot tell two mistakes apart, both fit; one question more, and one is left."""
    sessions = {name: code(mistake) for name, mistake in MISTAKES.items()}
    doubled = code("def f(x): return x + x")
    one = torch.ones(3)
    assert recognise([outcome(doubled, one)], list(sessions), sessions.__getitem__) == ["plus-one", "doubled"]  # type: ignore[arg-type]
    assert recognise([outcome(doubled, one, 3 * one)], list(sessions), sessions.__getitem__) == ["doubled"]  # type: ignore[arg-type]
    passed = outcome(doubled, 3 * one, verdict=Verdict.PASS)
    assert recognise([passed, outcome(doubled, one)], list(sessions), sessions.__getitem__) == ["doubled"]  # type: ignore[arg-type]


def test_what_passes_or_is_missing_is_no_mistake(code: Any) -> None:
    """No mistake is looked for where nothing was computed, or nothing is wrong."""
    for text, verdict in [("x = 1", Verdict.MISSING), ("def f(x): return x", Verdict.PASS)]:
        assert recognise([outcome(code(text), 1.0, verdict=verdict)], ["any"], pytest.fail) == []  # type: ignore[list-item,arg-type]


def test_a_failure_of_the_reference_is_ours(code: Any) -> None:
    """A question that ours fails just as the submission did shows a broken question; another failure does not."""
    failed = [outcome(code("def f(x): return x @ x"), torch.ones(2, 3))]
    assert fails_like_the_reference(failed, code("def f(y):\n    return y @ y"))
    assert not fails_like_the_reference(failed, code("def f(x): return x"))
    assert not fails_like_the_reference(failed, code("def f(x): return x.no"))


# --- failures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [("missing", Verdict.MISSING), ("memory", Verdict.MEMORY), ("wrong", Verdict.WRONG), ("crash", Verdict.CRASH)]
    + [(kind, Verdict.CRASH) for kind in ("pass", "not_graded", "grader_error", "", "PASS")],
)
def test_what_the_inside_claims_can_only_cost_points(kind: str, verdict: Verdict) -> None:
    """A forged kind of failure is a crash: never a pass, and never our error."""
    assert of_exception(kind, "Error", "", []).verdict is verdict


def test_a_failure_is_told_in_a_few_printable_lines() -> None:
    """Control characters, C++ stacks and endless messages stay out of what a student reads."""
    frames = [Frame("a.py", 1, "f", "one"), Frame("b\x1b.py", 2, "g\n", "x" * 10**6)]
    message = "bad\tshape\x07\nException raised from here (most recent call first):\nframe #0: c10"
    text = of_exception("crash", "RuntimeError\x1b[31m", message, frames).message
    assert text.startswith("RuntimeError�[31m: bad    shape�\n  at b�.py:2 in g")
    assert "c10" not in text
    assert len(of_exception("crash", "E" * 10**6, "m" * 10**6, frames).message) < 3000


def test_printable_keeps_text_and_lines() -> None:
    """Letters of any script and line ends stay; tabs become spaces; what a terminal obeys is marked."""
    assert printable("für 学生\n\tx\r\x00\x9b\u202e") == "für 学生\n    x����"
