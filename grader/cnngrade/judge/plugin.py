"""The judge as a pytest plugin: one pytest session collects a week's suites once, then runs them for every submission.

pytest finds, parametrises, sets up and runs the tests; this plugin hands each test its two sides, turns what came of it
into a verdict, and repeats the items for the next submission.
"""

from __future__ import annotations

import contextlib
import inspect
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

import pytest
from torch import Tensor

from cnngrade.course.assignment import Task, generous
from cnngrade.errors import CourseError, GraderError, Problem
from cnngrade.judge.accuracy import Contest
from cnngrade.judge.budget import Budget
from cnngrade.judge.draws import Draws, drawing
from cnngrade.judge.failures import Failure, NotGraded, Wrong
from cnngrade.judge.outcome import OurCode, Outcome
from cnngrade.judge.ownlimits import OwnTime, TooLong
from cnngrade.judge.plan import Plan
from cnngrade.judge.session import Session, StartError
from cnngrade.judge.sides import Side
from cnngrade.records.gate import message as short_message
from cnngrade.records.report import TestResult, Verdict

OWN_SECONDS = 20.0  # of CPU that this process may take for one test; a tenth of the test's limit where that is more
_TRUSTED_SECONDS = 600.0  # our own code is slow at worst, never hostile


@dataclass
class _Running:
    """The test that runs now."""

    task: Task
    seed: int
    inside: Side
    draws: Draws
    figures: dict[str, Any] = field(default_factory=dict)
    raised: BaseException | None = None
    seconds: float = 0.0  # that this process has computed for it
    reference: Side | None = None

    @property
    def reference_seconds(self) -> float:
        """What the reference has needed for the same."""
        return _TRUSTED_SECONDS - self.reference.seconds if self.reference else 0.0


class Judge:
    """Runs the planned tasks' tests for one `Session` after the other.

    `ours` is the staff's own code, None where none is installed. What hidden tests draw comes from the plan's draws; what
    public ones draw is the same for everybody.
    """

    def __init__(self, plan: Plan, ours: OurCode | None) -> None:
        self.plan, self.ours = plan, ours
        self.week, self.tasks = plan.week, {task.id: task for task in plan.tasks}
        self.data, self.draws = plan.data, plan.draws
        self.items: Sequence[pytest.Item] = []  # once the suites have been collected
        self._needed: dict[str, float] = {}  # test -> the most seconds that the reference has needed for it
        self.session: Session | None = None
        self.running: _Running | None = None
        self._before: list[Outcome] = []  # of the same submission
        self.error: CourseError | None = None
        self.claims: dict[str, str] = {}

    # --- collecting ---------------------------------------------------------------------------------------------------

    def pytest_configure(self, config: pytest.Config) -> None:
        """Makes the marker known."""
        config.addinivalue_line("markers", "task(id): the task of assignment.toml whose points the test decides")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A suite that cannot be imported is our error, and is not run in part."""
        if report.failed and self.error is None:
            lines = str(report.longrepr).strip().splitlines()
            self.error = CourseError([Problem(Path(report.nodeid), 0, lines[-1] if lines else "cannot be collected")])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keeps the chosen tasks' tests, in the order of assignment.toml; every test must state its task and claim."""
        known = [task.id for task in self.week.tasks]
        problems, kept = [], []
        for item in items:
            path, line, _ = item.location
            marker = item.get_closest_marker("task")
            name = marker.args[0] if marker and marker.args else None
            if name not in known:
                what = f"@task({name!r}) is not in assignment.toml" if marker else "has no @task(...)"
                problems.append(Problem(Path(path), (line or 0) + 1, f"{item.name} {what}"))
                continue
            claim = inspect.getdoc(getattr(item, "function", None))
            if not claim:
                problems.append(Problem(Path(path), (line or 0) + 1, f"{item.name} has no docstring to be its claim"))
                continue
            self.claims[item.nodeid] = " ".join(claim.split("\n\n")[0].split())
            if name in self.tasks:
                kept.append(item)
        if problems and self.error is None:
            self.error = CourseError(problems)
        items[:] = sorted(kept, key=lambda item: known.index(task_id(item)))

    # --- running ------------------------------------------------------------------------------------------------------

    def run(self, session: Session, tasks: Collection[str]) -> Iterator[Outcome]:
        """Runs the tests of `tasks` on a session, and yields what came of each."""
        yield from self.run_items(self.begin(session, tasks))

    def begin(self, session: Session, tasks: Collection[str]) -> list[pytest.Item]:
        """Makes `session` the one that is judged, on a budget for `tasks`. Returns their tests, in order."""
        self.session = session
        session.budget = Budget(self.tasks[task] for task in tasks)
        return [item for item in self.items if task_id(item) in tasks]

    def run_items(self, items: Iterable[pytest.Item]) -> Iterator[Outcome]:
        """Runs some of these tests, and yields what came of each."""
        outcomes: list[Outcome] = []
        for item in items:
            outcomes.append(self._run_out_of_time(item, outcomes) or self._run(item))
            yield outcomes[-1]

    def _run_out_of_time(self, item: pytest.Item, before: list[Outcome]) -> Outcome | None:
        """The outcome of a test whose task has hung already: its points are lost, and every test more costs its limit."""
        task = task_id(item)
        assert self.session is not None
        self._before = before
        self.session.budget.begin(task)
        self.session.budget.extend(self._needed.get(item.nodeid, 0.0))
        of_task = takewhile(lambda one: one.task == task, reversed(before))  # tests come sorted by task
        if any(one.result.verdict is Verdict.TIMEOUT for one in of_task):
            message = "not run: a test of this task has run out of time already"
        elif self.session.budget.left() <= 0:
            message = f"not run: {self.session.budget.spent()}, and they are used up"
        else:
            return None
        return Outcome(task, TestResult(item.name, self.claims[item.nodeid], Verdict.TIMEOUT, message), {}, [], 0)

    def _run(self, item: pytest.Item) -> Outcome:
        assert self.session is not None
        started = time.monotonic()
        running = self._run_with(self.session, item)
        self.session.budget.spend(running.seconds)
        self._extend(item, running)
        verdict, message = _verdict(running.raised)
        if _out_of_memory(running.raised):
            self._let_go(running)
        if verdict is Verdict.GRADER_ERROR and self._reference_passes(item):
            # Ours passes, so what broke the test is what the submission answered.
            verdict, message = _unusable(running.raised, message)
        seconds = time.monotonic() - started
        claim = self.claims[item.nodeid]
        result = TestResult(item.name, claim, verdict, short_message(message), round(seconds, 3))
        side = running.inside
        return Outcome(running.task.id, result, running.figures, side.questions, running.seed, side.remarks)

    def _run_with(self, session: Session, item: pytest.Item) -> _Running:
        task = self.tasks[task_id(item)]
        draws = Draws() if self.week.public in item.path.parents else self.draws
        seed = draws.number("inside", item.name, bits=31)
        side = Side(session, seed, task.limits.seconds, task.limits)
        if self.ours and task.training:
            side.pace = partial(self.ours.pace, seed=seed, limits=task.limits)
        self.running = running = _Running(task, seed, side, draws)
        self._not_graded_here(task)
        if running.raised is None:
            item._initrequest()  # type: ignore[attr-defined]  # fresh fixtures for an item that ran before
            self._run_in_time(item, running)
        if isinstance(running.raised, KeyboardInterrupt | SystemExit | StartError):
            raise running.raised
        return running

    def _run_in_time(self, item: pytest.Item, running: _Running) -> None:
        own = OwnTime(max(OWN_SECONDS, running.task.limits.seconds / 10))
        try:
            with own, drawing(running.draws):
                # No next item: everything is torn down, so that any item may come next, or this one again.
                item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        except TooLong as error:  # raised between two phases of the test, where pytest does not look for it
            running.raised = running.raised or error
            with contextlib.suppress(Exception):
                item.session._setupstate.teardown_exact(None)
        finally:
            own.stop()
            running.seconds = own.seconds

    def _extend(self, item: pytest.Item, running: _Running) -> None:
        """Adds to the submission's budget what ours needed for the test beyond what is known already: it remembers answers."""
        assert self.session is not None
        before = self._needed.get(item.nodeid, 0.0)
        self._needed[item.nodeid] = max(before, running.reference_seconds)
        self.session.budget.extend(self._needed[item.nodeid] - before)

    def _let_go(self, running: _Running) -> None:
        """Drops what filled the memory of this process: what the submission has answered so far, and what was made of it."""
        for questions in [running.inside.questions, *(outcome.questions for outcome in self._before)]:
            questions.clear()
        assert running.raised is not None
        traceback.clear_frames(running.raised.__traceback__)
        running.raised.__traceback__ = None

    def _reference_passes(self, item: pytest.Item) -> bool:
        """Whether the test passes with the reference in the submission's place."""
        if self.ours is None or self.session is None:
            return False
        submission, self.session = self.session, self.ours.reference
        try:
            return self._run_with(self.ours.reference, item).raised is None
        finally:
            self.session = submission

    def _not_graded_here(self, task: Task) -> None:
        assert self.running is not None
        if "cuda" in task.needs and self.plan.device != "cuda":
            self.running.raised = NotGraded("needs a GPU, and this machine has none (or --device cpu was given)")
        elif task.data and task.id not in self.data:
            names = " or ".join(dict.fromkeys(choice.name for choice in task.data))
            self.running.raised = NotGraded(
                f"needs {names}, which is not on this machine: run `cnngrade data fetch {task.data[0].name}`, "
                "or give --data DIR"
            )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keeps what a test raised; the report is bare, since pytest's own would print every tensor in every frame."""
        if self.running is not None and call.excinfo is not None and self.running.raised is None:
            self.running.raised = call.excinfo.value
        outcome: Literal["failed", "passed"] = "failed" if call.excinfo else "passed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)  # type: ignore[arg-type]

    # --- fixtures -----------------------------------------------------------------------------------------------------

    @pytest.fixture
    def inside(self) -> Side:
        """The student's side: every call runs beside the student's code."""
        assert self.running is not None
        assert self.session is not None
        for file in dict.fromkeys(symbol.partition(":")[0] for symbol in self.running.task.symbols):
            self.session.import_file(file)
        return self.running.inside

    @pytest.fixture
    def reference(self) -> Side:
        """Our side: the same probes on our solution, with the same seed."""
        if self.ours is None:
            raise GraderError("this suite needs the reference solution, which is not installed here")
        assert self.running is not None
        self.running.reference = self._trusted(self.ours.reference)
        return self.running.reference

    @pytest.fixture
    def readings(self) -> Callable[..., list[Callable[[], Tensor]]]:
        """`readings(symbol, *args)`: ways to read trained parameters, each a call of the `answers` probe on our own code.

        The reference comes first, then the known mistakes of the same net: a wrong activation costs the points of its own
        task, not those of the accuracy that it reached.
        """

        def make(symbol: str, *args: Any) -> list[Callable[[], Tensor]]:
            assert self.ours is not None
            sessions = [self.ours.reference, *self.ours.lookalikes(symbol)]
            return [partial(self._read, session, symbol, *args) for session in sessions]

        return make

    def _read(self, session: Session, symbol: str, *args: Any) -> Tensor:
        """The answers of trained parameters in our own network; what it can read may be kept."""
        answers: Tensor = self._trusted(session).answers(symbol, *args)
        assert self.session is not None
        self.session.keep()
        return answers

    @pytest.fixture
    def contest(self, figures: dict[str, Any]) -> Contest:
        """The task's data set, budget and threshold."""
        assert self.running is not None
        arrays, choice = self.data[self.running.task.id]
        assert self.running.task.training is not None
        return Contest(arrays, choice, self.running.task.training, self.running.draws, figures)

    @pytest.fixture
    def figures(self) -> dict[str, Any]:
        """Numbers for the report of this task."""
        assert self.running is not None
        return self.running.figures

    @pytest.fixture
    def device(self) -> str:
        """`cpu` or `cuda`: where the student's code computes."""
        return self.plan.device

    def _trusted(self, session: Session) -> Side:
        assert self.running is not None
        return Side(session, self.running.seed, _TRUSTED_SECONDS, generous(self.running.task.limits))


def task_id(item: pytest.Item) -> str:
    """The task that a collected test belongs to."""
    marker = item.get_closest_marker("task")
    assert marker is not None
    return str(marker.args[0])


def _out_of_memory(raised: BaseException | None) -> bool:
    """Whether this process ran out of it; torch says so in a RuntimeError."""
    return isinstance(raised, MemoryError) or (type(raised) is RuntimeError and "can't allocate memory" in str(raised))


def _unusable(raised: BaseException | None, message: str) -> tuple[Verdict, str]:
    """The verdict on an answer that the judge could not bring to an end."""
    if isinstance(raised, TooLong):
        return Verdict.TIMEOUT, "judging the result took longer than the grader has for one test"
    if _out_of_memory(raised):
        return Verdict.MEMORY, "judging the result took more memory than the grader has for one test"
    return Verdict.WRONG, f"the result cannot be used ({message})"


def _verdict(raised: BaseException | None) -> tuple[Verdict, str]:
    """A verdict is said by the test: by passing, by a failed claim, or by what the inside did. All else is our error."""
    match raised:
        case None:
            return Verdict.PASS, ""
        case Failure():
            return raised.verdict, raised.message
        case Wrong():
            return Verdict.WRONG, str(raised)
        case NotGraded():
            return Verdict.NOT_GRADED, str(raised)
        case AssertionError():
            return Verdict.WRONG, str(raised) or "what the test asserts does not hold"
        case _:
            return Verdict.GRADER_ERROR, f"{type(raised).__name__}: {raised}"
