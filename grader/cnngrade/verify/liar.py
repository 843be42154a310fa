"""The liar: an inside without any student code, which knows the whole public repository and answers as well as it can.

What it does not know is the course's secret. It has every answer that the reference gave under other secrets, and answers
each question by the one recorded for the same question of the same test; by what most of them agree on; by what it was asked,
given back. A test that believes it judges a claim: something that can be stated without computing it. A test that no lie
passes judges evidence. Points are earned by evidence alone: `findings` says where they are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from cnngrade.backends.orders import Orders
from cnngrade.backends.processes import hire, stop
from cnngrade.course.location import Course, Week
from cnngrade.judge.draws import Draws
from cnngrade.judge.failures import Failure
from cnngrade.judge.outcome import Outcome
from cnngrade.judge.plan import Plan
from cnngrade.judge.plugin import Judge
from cnngrade.judge.pytest_session import collected
from cnngrade.judge.session import Ask, Session
from cnngrade.records.report import Verdict
from cnngrade.reference.code import TrustedCode
from cnngrade.sandbox.inside import wire
from cnngrade.verify.bench import digits, orders_of, plan_of, quick_choice, received

OTHERS = 3  # secrets under which the liar has seen the reference's answers

Answers = Mapping[str, Sequence[Any]]
"""Test -> what the reference answered, question by question; a `Failure` where it failed."""
Lie = Callable[[Sequence[Any], Sequence[Any]], Any]
"""From the answers recorded for a question, and the arguments that it came with: what to say."""


@dataclass(frozen=True)
class Lied:
    """What the liar earned: by task, each test and whether some lie passed it; and the tasks that one lie earned whole."""

    claims: dict[str, dict[str, bool]]
    earned: dict[str, str]  # task -> the lie

    def kind(self, task: str, test: str) -> str:
        """`evidence` or `claim`."""
        return "claim" if self.claims[task][test] else "evidence"


# --- what it says -----------------------------------------------------------------------------------------------------


def recorded(number: int) -> Lie:
    """Says what the reference said under one other secret."""
    return lambda answers, _arguments: answers[number % len(answers)]


def common(answers: Sequence[Any], _arguments: Sequence[Any]) -> Any:
    """Says of each part of the answer what most of the recorded answers say."""
    return _agreed([answer for answer in answers if type(answer) is type(answers[0])])


def echo(answers: Sequence[Any], arguments: Sequence[Any]) -> Any:
    """Gives back what it was asked with, where that has the form of a part of the answer; else what was recorded."""
    given = list(_parts(arguments))
    return _replaced(answers[0], lambda part: next((each for each in given if _alike(each, part)), part))


LIES: dict[str, Lie] = {
    **{f"the answer under another secret ({number + 1})": recorded(number) for number in range(OTHERS)},
    "the commonest answer": common,
    "the question, given back": echo,
}


def _agreed(answers: Sequence[Any]) -> Any:
    first = answers[0]
    if isinstance(first, dict):
        return {
            key: _agreed([each[key] for each in answers if key in each and type(each[key]) is type(value)])
            for key, value in first.items()
        }
    if isinstance(first, list | tuple) and all(len(each) == len(first) for each in answers):
        parts = (
            _agreed([part for part in column if type(part) is type(column[0])]) for column in zip(*answers, strict=True)
        )
        return type(first)(parts)
    if isinstance(first, Tensor) and all(each.shape == first.shape for each in answers):
        stacked = torch.stack([each.to(first.dtype) for each in answers])
        return stacked.mode(dim=0).values if not stacked.is_floating_point() else stacked.median(dim=0).values
    return _mode(answers) if isinstance(first, bool | int | float | str | None) else first


def _mode(values: Sequence[Any]) -> Any:
    most = Counter(map(repr, values)).most_common(1)[0][0]
    return next(value for value in values if repr(value) == most)


def _parts(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        for each in value.values():
            yield from _parts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _parts(each)


def _replaced(value: Any, by: Callable[[Any], Any]) -> Any:
    """`value` with its tensors and lists of numbers replaced; a dict's keys and what else it is made of stay."""
    if isinstance(value, dict):
        return {key: _replaced(each, by) for key, each in value.items()}
    if isinstance(value, list | tuple):
        other = by(value)
        return other if other is not value else type(value)(_replaced(each, by) for each in value)
    return by(value) if isinstance(value, Tensor) else value


def _alike(one: Any, other: Any) -> bool:
    """Whether two values have the same form, so that one can be said in place of the other."""
    match one, other:
        case Tensor(), Tensor():
            return one.shape == other.shape and one.dtype == other.dtype
        case (list(), list()) | (tuple(), tuple()):
            return len(one) == len(other) > 0 and all(map(_alike, one, other))
        case dict(), dict():
            return set(one) == set(other) and all(_alike(one[key], other[key]) for key in one)
        case _:
            return type(one) is type(other)


# --- the two sessions -------------------------------------------------------------------------------------------------


class _Recorder(Session):
    """The reference's session, and what it answers, test by test."""

    def __init__(self, ours: TrustedCode) -> None:
        self._ours = ours.reference
        self.answers: list[Any] = []
        self.crowded = False
        self.environment = None

    def load(self) -> wire.Ready:
        """As the reference's own."""
        return self._ours.load()

    def import_file(self, file: str) -> None:
        """As the reference's own."""
        self._ours.import_file(file)

    def ask(self, ask: Ask) -> Any:
        """Asks the reference, and notes what it says."""
        try:
            answer = self._ours.ask(ask)
        except Failure as failure:
            self.answers.append(failure)
            raise
        self.answers.append(answer)
        return answer

    def close(self) -> None:
        """Leaves the reference's process to the next one."""


class _Liar(Session):
    """No process, no code: says what a lie makes of recorded answers. `known` has those of the test that runs."""

    def __init__(self, lie: Lie) -> None:
        self._lie = lie
        self.known: list[Sequence[Any]] = []  # of each other secret, the answers in their order
        self._asked = 0
        self.crowded = False
        self.environment = None

    def begin(self, known: list[Sequence[Any]]) -> None:
        """Gets ready for a test."""
        self.known, self._asked = known, 0

    def load(self) -> wire.Ready:
        """Claims to be there."""
        return wire.Ready(0, "", "", "cpu")

    def import_file(self, file: str) -> None:
        """Claims to have imported it."""

    def ask(self, ask: Ask) -> Any:
        """Lies."""
        answers = [run[min(self._asked, len(run) - 1)] for run in self.known if run]
        self._asked += 1
        usable = [answer for answer in answers if not isinstance(answer, Failure)]
        if not usable:
            raise Failure(Verdict.WRONG, "the liar does not know what to say")
        return self._lie(usable, [*ask.args, *ask.kwargs.values()])

    def close(self) -> None:
        """Ends nothing."""


# --- the run ----------------------------------------------------------------------------------------------------------


class _LiarsBench(Judge):
    """Judges the reference under other secrets, then the liar under this one, on the hidden tests."""

    def __init__(self, plan: Plan, ours: TrustedCode) -> None:
        super().__init__(plan, ours)
        self._ours = ours
        self._answers: list[dict[str, Sequence[Any]]] = []
        self._passed: dict[str, dict[str, dict[str, bool]]] = {}  # lie -> task -> test -> whether it passed

    def lied(self, secret: bytes) -> Lied:
        """Lets every lie answer all tests under `secret`. Returns what they earned."""
        for number in range(OTHERS):
            self.draws = Draws(b"%s %d" % (secret, number), self.week.name)
            self._answers.append({})
            for _ in self.run(_Recorder(self._ours), self.tasks):
                pass
        self.draws = Draws(secret, self.week.name)
        for name, lie in LIES.items():
            for outcome in self.run(_Liar(lie), self.tasks):
                verdict = outcome.result.verdict
                if verdict is not Verdict.NOT_GRADED:
                    tests = self._passed.setdefault(name, {}).setdefault(outcome.task, {})
                    tests[outcome.result.id] = verdict is Verdict.PASS
        return self._lied()

    def _run(self, item: pytest.Item) -> Outcome:
        session = self.session
        if isinstance(session, _Liar):
            session.begin([run.get(item.nodeid, ()) for run in self._answers])
        if isinstance(session, _Recorder):
            session.answers = []
        outcome = super()._run(item)
        if isinstance(session, _Recorder):
            self._answers[-1][item.nodeid] = session.answers
        return outcome

    def _lied(self) -> Lied:
        claims: dict[str, dict[str, bool]] = {}
        earned: dict[str, str] = {}
        for lie, tasks in self._passed.items():
            for task, tests in tasks.items():
                for test, passed in tests.items():
                    known = claims.setdefault(task, {})
                    known[test] = known.get(test, False) or passed
                if all(tests.values()):
                    earned.setdefault(task, lie)
        return Lied(claims, earned)


def lied_to(course: Course, week: Week, device: str, data_dir: Path | None, tasks: Sequence[str]) -> Lied:
    """Lets the liar answer the hidden tests of `tasks`.

    Raises the `UserError` that the judging process meets, and `GraderError` when it breaks down.
    """
    member = hire(_judge, orders_of(course, week, device, data_dir, tasks))
    failed = True
    try:
        lied: Lied = received(member.pipe)
        failed = False
        return lied
    finally:
        stop([member], at_once=failed)


def _judge(orders: Orders, pipe: Connection) -> None:
    """The life of the judging process."""
    plan = plan_of(orders, public=False)
    for task in plan.tasks:  # what is recorded is trained: on the quickest data that the task allows
        if task.id in plan.data and (choice := quick_choice(task)):
            plan.data[task.id] = (digits(), choice)
    with TrustedCode(plan.week, plan.device) as ours, collected(_LiarsBench(plan, ours)) as bench:
        pipe.send(bench.lied(orders.secret))
