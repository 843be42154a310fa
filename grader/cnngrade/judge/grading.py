"""Grading submissions: what is given to the judge, and how its outcomes become reports."""

from __future__ import annotations

import difflib
import os
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pytest

import cnngrade
from cnngrade.course import mistakes as mistake_files
from cnngrade.course.answers import read_answers
from cnngrade.course.assignment import DataChoice, Task, generous
from cnngrade.course.location import Course, Week, suite_sha256
from cnngrade.course.mistakes import Mistake
from cnngrade.course.questions import SHEET
from cnngrade.datasets import Arrays, load_first
from cnngrade.errors import CourseError, GraderError, UserError
from cnngrade.judge.draws import Draws
from cnngrade.judge.jobs import Job
from cnngrade.judge.models import KeepingSession
from cnngrade.judge.ownlimits import OwnTime, TooLong
from cnngrade.judge.pace import Trainings
from cnngrade.judge.plugin import Judge, Outcome, Turn
from cnngrade.judge.recognition import fails_like_the_reference, recognise
from cnngrade.judge.session import Session, TrustedSession
from cnngrade.judge.values import short_tensors
from cnngrade.records import gate
from cnngrade.records.digests import digest_of_text
from cnngrade.records.report import Environment, Report, TaskResult, TestResult, Verdict
from cnngrade.records.scoring import UNSCORED, scored
from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.outside.forked import Forked, trusted
from cnngrade.sandbox.outside.interface import Isolation
from cnngrade.sandbox.outside.process import FreshProcess

_OWN_SECONDS = 20.0  # of CPU that recognising mistakes may take for one task
_LOOKALIKES = 8  # known mistakes of a net that its trained parameters are tried in
T = TypeVar("T")


def _ignore_test(_result: TestResult) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Plan:
    """What is run: the tasks, the suites, the data sets by task id, and what the tests may use."""

    course: Course
    week: Week
    tasks: list[Task]
    suites: list[Path]
    data: dict[str, tuple[Arrays, DataChoice]]
    device: str  # "cpu" or "cuda"
    with_reference: bool  # the hidden suite, the reference and the known mistakes are installed and take part
    models: Path | None = None  # where trained models are kept, in a folder per student
    draws: Draws = field(default_factory=Draws)  # of the hidden suite

    @cached_property
    def suite_sha256(self) -> str:
        """The digest of what decides a grade, as reports name it; read once for all of them."""
        return suite_sha256(self.week)


def make_plan(
    course: Course,
    week: Week,
    *,
    suites: Sequence[Path],
    with_reference: bool,
    chosen: Sequence[str] = (),
    without: Callable[[Task], bool] = lambda _task: False,
    device: str = "auto",
    data_dir: Path | None = None,
    models: Path | None = None,
    secret: bytes = b"",
    tell: Callable[[str], None] = lambda _line: None,
) -> Plan:
    """The plan for a week on this machine; `tell` gets a line for each data set that is not the first choice.

    What hidden tests draw follows from `secret`. `chosen` are task ids (all when empty). Raises `UserError` for an unknown
    one, `DataError` for broken data, or for `device="cuda"` where there is none.
    """
    known = {task.id: task for task in week.tasks}
    for name in chosen:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise UserError(f"{week.name} has no task {name!r}", f"{hint}Known: {', '.join(known)}")
    tasks = [task for task in week.tasks if (not chosen or task.id in chosen) and not without(task)]
    where = chosen_device(device)
    data: dict[str, tuple[Arrays, DataChoice]] = {}
    found: dict[tuple[str, ...], Arrays | None] = {}
    for task in tasks:
        names = tuple(choice.name for choice in task.data)
        if not names or ("cuda" in task.needs and where != "cuda"):
            continue
        if names not in found:
            found[names], line = load_first(names, data_dir)
            arrays = found[names]
            if arrays is None or arrays.name != names[0]:
                tell(line)
        if arrays := found[names]:
            data[task.id] = (arrays, next(choice for choice in task.data if choice.name == arrays.name))
    return Plan(course, week, tasks, list(suites), data, where, with_reference, models, Draws(secret, week.name))


def chosen_device(wanted: str) -> str:
    """`cpu` or `cuda`: what "auto" comes to here. Raises `UserError` where CUDA is asked for and missing."""
    if wanted == "cpu":
        return "cpu"
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if wanted == "cuda":
        raise UserError(
            "--device cuda: this machine has no GPU that torch can use", "Run `cnngrade doctor` for details"
        )
    return "cpu"


class TrustedCode:
    """Our own code of one week, each set of files in a process of its own: the reference, and it with a known mistake."""

    def __init__(self, week: Week, device: str) -> None:
        if week.solution is None:
            raise GraderError(f"the reference of {week.name} is not installed here")
        self._week = week
        self._files = {name: (week.solution / name).read_bytes() for name in week.files}
        self.isolation: Forked | FreshProcess = trusted(device)
        self._sessions: dict[str, TrustedSession] = {}
        self.mistakes, problems = mistake_files.read_mistakes(week.mistakes)
        if problems:
            raise CourseError(problems)
        self.reference = self._session("", self._files)
        self.trainings = Trainings(self.reference)

    def mistaken(self, mistake: Mistake) -> TrustedSession:
        """The reference with the mistake made in it."""
        if mistake.id not in self._sessions:
            self._session(mistake.id, mistake_files.apply(mistake, self._files))
        return self._sessions[mistake.id]

    def lookalikes(self, symbol: str) -> list[TrustedSession]:
        """Known mistakes of the tasks that judge `symbol` alone."""
        ids = [task.id for task in self._week.tasks if task.symbols == (symbol,)]
        return [self.mistaken(mistake) for mistake in self.mistakes if mistake.task in ids][:_LOOKALIKES]

    def _session(self, key: str, files: dict[str, bytes]) -> TrustedSession:
        session = TrustedSession(
            self.isolation, files, self._week.files, probes_of(self._week), generous(self._week.most)
        )
        self._sessions[key] = session
        return session

    def forget_mistakes(self) -> None:
        """Ends the mistakes' processes, and drops what they answered: for a run that has done with them."""
        for key in [key for key in self._sessions if key]:
            self._sessions.pop(key).close()

    def close(self) -> None:
        """Ends all their processes."""
        for session in self._sessions.values():
            session.close()
        self.isolation.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def probes_of(week: Week) -> str:
    """The source of the week's own probes: the only part of its suites that ever goes inside."""
    return week.probes.read_text("utf-8") if week.probes else ""


def grade(
    plan: Plan,
    jobs: Iterable[Job],
    isolation: Isolation,
    on_report: Callable[[Report], None],
    on_test: Callable[[TestResult], None] = _ignore_test,
    on_crowded: Callable[[Job], None] | None = None,
    is_ready: Callable[[], bool] = lambda: True,
) -> None:
    """Does `jobs` one after the other and hands each finished report, on the job's tasks, to `on_report`.

    The next job's process is started while one is judged, if `is_ready` says that there is a next one.

    One that ran out of a GPU's memory because others had filled it goes to `on_crowded` instead, where that is given.
    Raises `CourseError` when the suites are wrong, and whatever `jobs` and `on_report` raise.
    """
    with ExitStack() as stack:
        ours = stack.enter_context(TrustedCode(plan.week, plan.device)) if plan.with_reference else None
        if ours:
            ours.reference.start()
        # Closed here and not whenever it is collected: a run that is stopped leaves no process behind.
        turns = stack.enter_context(closing(_turns(plan, jobs, isolation, ours, on_report, on_crowded, is_ready)))
        judge = Judge(
            plan.week,
            plan.tasks,
            turns,
            ours.reference if ours else None,
            ours.lookalikes if ours else lambda _symbol: [],
            plan.data,
            plan.device,
            plan.draws,
            on_test,
            ours.trainings if ours else None,
        )
        run_pytest(judge, plan.suites)


_NOT_NEEDED = (  # pytest's own plugins: each takes its time at every phase of every test
    *("terminal", "cacheprovider", "faulthandler", "logging", "doctest", "warnings", "capture", "unittest", "subtests"),
    *("threadexception", "unraisableexception", "setuponly", "setupplan", "stepwise", "pastebin", "junitxml"),
)


def run_pytest(judge: Judge, suites: list[Path]) -> None:
    """Collects the suites once and lets `judge` run them; raises what stopped it."""
    arguments = [
        *(str(suite) for suite in suites),
        f"--rootdir={judge.week.folder}",
        f"--config-file={Path(__file__).with_name('pytest.ini')}",
        *(part for name in _NOT_NEEDED for part in ("-p", f"no:{name}")),
        "--import-mode=importlib",
        "--strict-markers",
        "--assert=plain",  # pytest's own explanation of two texts that differ takes minutes where they are long
    ]
    # Plugins of other projects in this environment have no part in a grade.
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        with warnings.catch_warnings(), short_tensors():
            warnings.simplefilter("ignore")
            status = pytest.main(arguments, plugins=[judge])
    finally:
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before
    if judge.error is not None:
        raise judge.error
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise GraderError(f"pytest ended with status {status!r}")


def _turns(
    plan: Plan,
    jobs: Iterable[Job],
    isolation: Isolation,
    ours: TrustedCode | None,
    on_report: Callable[[Report], None],
    on_crowded: Callable[[Job], None] | None,
    is_ready: Callable[[], bool],
) -> Generator[Turn]:
    """A session per job; the next one's process starts while this one is judged."""

    def prepared() -> Iterator[tuple[Job, Session]]:
        for job in jobs:
            session = _session(plan, job, isolation)
            session.start()
            yield job, session

    with closing(one_ahead(prepared(), lambda pair: pair[1].close(), is_ready)) as pairs:
        for job, session in pairs:
            with session:

                def receive(outcomes: list[Outcome], job: Job = job, session: Session = session) -> None:
                    if session.crowded and on_crowded:
                        on_crowded(job)
                        return
                    on_report(_report(plan, job, outcomes, session, ours, isolation.name))
                    if isinstance(session, KeepingSession):
                        session.forget_others()

                yield Turn(session, [task.id for task in job.of(plan.tasks)], receive)


def _session(plan: Plan, job: Job, isolation: Isolation) -> Session:
    parts = (isolation, job.submission.files, plan.week.files, probes_of(plan.week), plan.week.most)
    folder = _models_of(plan, job)
    return KeepingSession(*parts, folder=folder) if folder else Session(*parts)


def _models_of(plan: Plan, job: Job) -> Path | None:
    """Where the models of a job that trains are kept: by student and task, so that older ones can be told from others'."""
    training = [task.id for task in job.of(plan.tasks) if task.training]
    if plan.models is None or len(training) != 1:
        return None
    return plan.models / digest_of_text(job.submission.student)[:20] / training[0]


def one_ahead(
    items: Iterable[T], abandon: Callable[[T], None], is_ready: Callable[[], bool] = lambda: True
) -> Generator[T]:
    """Yields `items`, each after the next one has been made, if that `is_ready`; `abandon`s one made too much at the end."""
    iterator, waiting, ended = iter(items), deque[T](), False
    try:
        while True:
            while not ended and (not waiting or (len(waiting) < 2 and is_ready())):
                try:
                    waiting.append(next(iterator))
                except StopIteration:
                    ended = True
            if not waiting:
                return
            yield waiting.popleft()
    finally:
        for item in waiting:
            abandon(item)


# --- reports ----------------------------------------------------------------------------------------------------------


def _report(
    plan: Plan,
    job: Job,
    outcomes: list[Outcome],
    session: Session,
    ours: TrustedCode | None,
    isolation: str,
) -> Report:
    submission = job.submission
    tasks = [
        task_result(task, [outcome for outcome in outcomes if outcome.task == task.id], ours)
        for task in job.of(plan.tasks)
    ]
    answers = read_answers(submission.files.get(SHEET, b""), plan.week.questions)
    written = answers.results(plan.week.questions)
    problem = [submission.problem] if submission.problem else []
    ready = session.environment or wire.Ready(0, "", "", "")
    report = Report(
        plan.course.name,
        plan.week.name,
        submission.student,
        *UNSCORED,
        tasks=tasks,
        written=written,
        environment=Environment(
            cnngrade=cnngrade.__version__,
            python=ready.python,
            torch=ready.torch,
            device=ready.device or plan.device,
            seed=plan.draws.fingerprint,
            isolation=isolation,
            data={task.data[0].name: plan.data[task.id][0].name for task in job.of(plan.tasks) if task.id in plan.data},
            suite_sha256=plan.suite_sha256,
            submission_sha256=submission.sha256,
        ),
        notes=[*problem, *submission.notes, *answers.notes],
    )
    return gate.admitted(scored(report))


def nothing_handed_in(plan: Plan) -> Report:
    """The report of anybody who handed in nothing: no points, incomplete, and a note that says why."""

    def verdict(task: Task) -> Verdict:
        absent = ("cuda" in task.needs and plan.device != "cuda") or (task.data and task.id not in plan.data)
        return Verdict.NOT_GRADED if absent else Verdict.MISSING

    tasks = [
        TaskResult(task.id, task.title, list(task.symbols), 0.0, task.points, verdict(task)) for task in plan.tasks
    ]
    report = Report(
        plan.course.name,
        plan.week.name,
        "",
        *UNSCORED,
        tasks=tasks,
        written=[],
        environment=Environment(
            cnngrade.__version__, "", "", plan.device, plan.draws.fingerprint, "", {}, plan.suite_sha256, ""
        ),
        notes=["nothing was handed in"],
        handed_in=False,
    )
    return scored(report, questions=sum(question.points for question in plan.week.questions))


def task_result(task: Task, outcomes: list[Outcome], ours: TrustedCode | None, naming: bool = True) -> TaskResult:
    """All of a task's tests pass, or it earns nothing; a failed one may be recognised as a known mistake (if `naming`)."""
    verdict = task_verdict([outcome.result.verdict for outcome in outcomes])
    known = [mistake for mistake in ours.mistakes if mistake.task == task.id] if ours else []
    # Trained networks are no answers to compare: two runs of one recipe differ, and a run that has failed costs another one.
    comparable = [outcome for outcome in outcomes if not outcome.trained]
    if ours and verdict is not Verdict.PASS and _our_fault(task, outcomes, comparable, ours):
        verdict = Verdict.GRADER_ERROR
    fitting = _recognised(comparable, known, ours) if ours and naming and verdict.counts else []
    figures: dict[str, object] = {}
    for outcome in outcomes:
        figures |= outcome.figures
    return TaskResult(
        id=task.id,
        title=task.title,
        symbols=list(task.symbols),
        score=task.points if verdict is Verdict.PASS else 0.0,
        max_score=task.points,
        verdict=verdict,
        mistake=fitting[0].id if fitting else None,
        hint="\n".join(mistake.hint for mistake in fitting) or None,
        tests=[outcome.result for outcome in outcomes],
        figures=gate.figures(figures),
        mistakes=[mistake.id for mistake in fitting],
        remarks=list(dict.fromkeys(remark for outcome in outcomes for remark in outcome.remarks)),
    )


def _our_fault(task: Task, outcomes: list[Outcome], comparable: list[Outcome], ours: TrustedCode) -> bool:
    """Whether the reference fails in the same way."""
    trained = [(question, outcome.seed) for outcome in outcomes for question in outcome.questions if outcome.trained]
    return fails_like_the_reference(comparable, ours.reference) or any(
        ours.trainings.fails_like(question, seed, task.limits) for question, seed in trained
    )


def _recognised(outcomes: list[Outcome], known: list[Mistake], ours: TrustedCode) -> list[Mistake]:
    """The known mistakes that fit; none where the answers take too long to compare."""
    try:
        with OwnTime(_OWN_SECONDS):
            return recognise(outcomes, known, ours.mistaken)
    except (TooLong, MemoryError):
        return []


def task_verdict(verdicts: list[Verdict]) -> Verdict:
    """The verdict of a task: our own errors first, then the first failure, then what was not graded, then a pass.

    A task without a single test has not been judged: that is our error, not a pass.
    """
    if not verdicts or Verdict.GRADER_ERROR in verdicts:
        return Verdict.GRADER_ERROR
    failures = [verdict for verdict in verdicts if verdict not in (Verdict.PASS, Verdict.NOT_GRADED)]
    if failures:
        return failures[0]
    return Verdict.NOT_GRADED if Verdict.NOT_GRADED in verdicts else Verdict.PASS
