"""Judges many file sets of our own in processes side by side, each on the tasks that it is about.

The judge is the one that grades submissions: the same suites, sides, verdicts and recognition. What differs is which tests
are run for which file set, and that student code is our own here (reference, samples, mistakes), so that forked children
do, which are there in milliseconds.
"""

from __future__ import annotations

import contextlib
import multiprocessing.connection
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from cnngrade.backends.orders import Orders
from cnngrade.backends.processes import JudgingProcess, hire, stop
from cnngrade.course import Course, Week, find_course
from cnngrade.course.assignment import DataChoice, Task
from cnngrade.datasets import Arrays
from cnngrade.errors import CnngradeError, GraderError
from cnngrade.judge.grading import probes_of, task_result
from cnngrade.judge.outcome import Outcome
from cnngrade.judge.plan import Plan, make_plan
from cnngrade.judge.plugin import Judge, task_id
from cnngrade.judge.pytest_session import collected
from cnngrade.judge.session import Session
from cnngrade.records.report import TaskResult, TestResult, Verdict
from cnngrade.reference.code import TrustedCode
from cnngrade.sandbox.outside.watch import cpu_seconds

SECRET = b"what a week is proven under: any will do, and the same one gives the same proof"
_SECONDS = 600.0  # for asking the reference what it was asked before


@dataclass(frozen=True)
class Trial:
    """One file set to judge, and how."""

    key: str
    files: dict[str, bytes]
    tasks: tuple[str, ...]
    public: bool = True  # the public tests of a task too, where its hidden ones pass
    about: str = ""  # the task whose known mistakes are named, where they fit; any other is judged to its first failure
    to_the_first_failure: bool = False
    compare: bool = False  # every answer with the reference's
    measure: bool = False  # the time and the memory that each task takes
    quick: bool = False  # train on the smallest data set that a task allows
    seconds: float | None = None  # the time limit of a test, where it is not the task's


@dataclass(frozen=True)
class Judged:
    """What came of one `Job`: of each task its result under the hidden suite, and its public tests."""

    key: str
    tasks: list[TaskResult]
    public: dict[str, list[TestResult]]
    unlike: set[str] = field(default_factory=set)  # tasks with an answer that is not the reference's (`compare`)
    # By task, where asked to `measure`: the most memory beside the code, and what the hidden tests compute on all sides.
    megabytes: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def task(self, name: str) -> TaskResult | None:
        """The result of one task, if it was judged."""
        return next((task for task in self.tasks if task.id == name), None)


@dataclass(frozen=True)
class Batch:
    """Jobs that are judged one after the other in one process, which remembers what known mistakes answered."""

    title: str
    jobs: tuple[Trial, ...]


class Crew:
    """The judging processes of one week; a context manager."""

    def __init__(self, orders: Orders, workers: int) -> None:
        self._orders = orders
        self._members: list[JudgingProcess] = []
        self._wanted = workers

    def judge(self, batches: Sequence[Batch]) -> Iterator[Judged | Batch]:
        """Judges all batches, the first ones first. Yields what comes of each job, and each batch when all of it is judged.

        Raises the `UserError` that a process meets (the suites, the data, the device), `GraderError` when one breaks down.
        """
        waiting = [batch for batch in batches if batch.jobs]
        busy: dict[Connection, tuple[JudgingProcess, Batch, int]] = {}
        idle = list(self._members)
        while waiting or busy:
            while waiting and idle:
                member, batch = idle.pop(), waiting.pop(0)
                with contextlib.suppress(OSError):  # noticed when the pipe is read
                    member.pipe.send(batch.jobs)
                busy[member.pipe] = (member, batch, len(batch.jobs))
            for pipe in multiprocessing.connection.wait(list(busy)):
                assert isinstance(pipe, Connection)
                member, batch, left = busy[pipe]
                judged: Judged = received(pipe)
                busy[pipe] = (member, batch, left - 1)
                yield judged
                if left == 1:
                    del busy[pipe]
                    idle.append(member)
                    yield batch

    def __enter__(self) -> Crew:
        for _ in range(self._wanted):
            self._members.append(hire(_work, self._orders))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        stop(self._members, at_once=kind is not None)
        self._members = []


def received(pipe: Connection) -> Any:
    """Waits for what a judging process sends. Raises the `UserError` that it met, and `GraderError` when it has ended."""
    try:
        message = pipe.recv()
    except (EOFError, OSError):
        raise GraderError("a judging process ended before it was done", "Is memory short?") from None
    if isinstance(message, CnngradeError):
        raise message
    return message


def orders_of(course: Course, week: Week, device: str, data_dir: Path | None, tasks: Iterable[str]) -> Orders:
    """What processes are told that judge code of ours. Returns orders under the secret of all proofs."""
    return Orders(course.root, week.name, device, data_dir, tasks=tuple(tasks), secret=SECRET)


def plan_of(orders: Orders, public: bool) -> Plan:
    """Makes the plan that a judging process is ordered to carry out: the hidden suite, and with `public` that one too."""
    course = find_course(orders.course, orders.course)
    week = course.week(orders.week)
    assert week.hidden is not None
    return make_plan(
        course, week, suites=[week.hidden, *([week.public] if public else [])], chosen=orders.tasks,
        device=orders.device, data_dir=orders.data_dir, secret=orders.secret,
    )  # fmt: skip


def _work(orders: Orders, pipe: Connection) -> None:
    """The life of a judging process."""
    plan = plan_of(orders, public=True)
    with TrustedCode(plan.week, plan.device) as ours, collected(_Bench(plan, ours)) as bench:
        while True:
            for job in pipe.recv():
                pipe.send(bench.judge(job))
            ours.forget_mistakes()


class _Bench(Judge):
    """The judge, told for every file set which tasks to judge."""

    def __init__(self, plan: Plan, ours: TrustedCode) -> None:
        super().__init__(plan, ours)
        self._ours = ours
        self._stated = dict(self.tasks)
        self._best = dict(plan.data)
        self._quick: dict[str, tuple[Arrays, DataChoice]] = {}
        self._job: Trial
        self._public: dict[str, list[TestResult]] = {}
        self._megabytes: dict[str, float] = {}
        self._seconds: dict[str, float] = {}

    def judge(self, job: Trial) -> Judged:
        """Judges one file set."""
        self._prepare(job)
        with Session(self._ours.isolation, job.files, self.week.files, probes_of(self.week), self.week.most) as session:
            return self._judged(self._outcomes(session))

    def _prepare(self, job: Trial) -> None:
        self._job, self._public, self._megabytes, self._seconds = job, {}, {}, {}
        self.data = self._best | (self._quick_data(job.tasks) if job.quick else {})
        for name, task in self._stated.items():
            seconds = task.limits.seconds if job.seconds is None else job.seconds
            self.tasks[name] = replace(task, limits=replace(task.limits, seconds=seconds))

    def _quick_data(self, names: Sequence[str]) -> dict[str, tuple[Arrays, DataChoice]]:
        """The digits for each of the tasks that may train on them; read once."""
        for name in names:
            choice = quick_choice(self._stated[name])
            if name in self._best and choice and name not in self._quick:
                self._quick[name] = (digits(), choice)
        return self._quick

    def _outcomes(self, session: Session) -> list[Outcome]:
        """What comes of the chosen tasks' hidden tests, and behind them of their public ones."""
        outcomes: list[Outcome] = []
        items = self.begin(session, self._job.tasks)
        for task in self._job.tasks:
            if self._job.measure:
                session.close()  # a process of its own: memory once used is not given back
                before = self._spent(session)
            mine = [item for item in items if task_id(item) == task]
            hurried = self._job.to_the_first_failure or self._job.about not in ("", task)
            hidden = self._run_some([item for item in mine if not self._is_public(item)], hurried)
            outcomes += hidden
            if self._job.measure:
                self._seconds[task] = self._spent(session) - before
            passed = all(outcome.result.verdict is Verdict.PASS for outcome in hidden)
            if self._job.public and passed:
                public = self._run_some([item for item in mine if self._is_public(item)], hurried)
                self._public[task] = [outcome.result for outcome in public]
            if self._job.measure:
                self._megabytes[task] = _peak(session)
            if self._job.to_the_first_failure and not passed:
                break
        return outcomes

    def _run_some(self, items: list[pytest.Item], to_the_first_failure: bool) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for outcome in self.run_items(items):
            outcomes.append(outcome)
            if to_the_first_failure and outcome.result.verdict is not Verdict.PASS:
                break
        return outcomes

    def _spent(self, session: Session) -> float:
        """Seconds that both sides and this process have computed: on a busy machine, unlike the clock's, they tell the cost."""
        return time.process_time() + _computed(session) + _computed(self._ours.reference)

    def _is_public(self, item: pytest.Item) -> bool:
        return self.week.public in item.path.parents

    def _judged(self, outcomes: list[Outcome]) -> Judged:
        job = self._job
        tasks, unlike = [], set()
        for name in job.tasks:
            mine = [outcome for outcome in outcomes if outcome.task == name]
            if mine or not job.to_the_first_failure:
                # What was trained on is large, and no figure of it is needed here.
                ours = self._ours if job.about else None
                result = task_result(self._stated[name], mine, ours, naming=name == job.about)
                tasks.append(replace(result, figures=_numbers(mine)))
            if job.compare and not all(self._like_the_reference(outcome) for outcome in mine):
                unlike.add(name)
        return Judged(job.key, tasks, self._public, unlike, self._megabytes, self._seconds)

    def _like_the_reference(self, outcome: Outcome) -> bool:
        return outcome.result.verdict is Verdict.PASS and all(
            question.same_outcome(self._ours.reference, outcome.seed, _SECONDS) for question in outcome.questions
        )


def quick_choice(task: Task) -> DataChoice | None:
    """The digits that ship with scikit-learn, where a task may train on them: seconds instead of minutes."""
    return next((choice for choice in task.data if choice.name == "digits"), None)


def digits() -> Arrays:
    """The handwritten digits that ship with scikit-learn."""
    from cnngrade.datasets.sources import find

    arrays = find("digits", None)
    assert arrays is not None
    return arrays


def _numbers(outcomes: list[Outcome]) -> dict[str, Any]:
    figures = {name: value for outcome in outcomes for name, value in outcome.figures.items()}
    return {name: value for name, value in figures.items() if isinstance(value, str | int | float)}


def _computed(session: Session) -> float:
    """Seconds that the process beside the code has computed."""
    pid = session.load().pid
    return cpu_seconds([pid]) if pid else 0.0


def _peak(session: Session) -> float:
    """The most memory that the process beside the code has held, in MB, libraries included; 0 where nobody counts it."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{session.load().pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
