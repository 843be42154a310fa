"""Judging submissions one after the other, and how what came of their tests becomes reports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

import cnngrade
from cnngrade.course.answers import read_answers
from cnngrade.course.assignment import Task
from cnngrade.course.location import Week
from cnngrade.course.questions import SHEET
from cnngrade.judge.jobs import Job
from cnngrade.judge.outcome import OurCode, Outcome
from cnngrade.judge.plan import Plan
from cnngrade.judge.plugin import Judge
from cnngrade.judge.pytest_session import collected
from cnngrade.judge.session import Session
from cnngrade.records import gate
from cnngrade.records.report import Environment, Report, TaskResult, TestResult, Verdict
from cnngrade.records.scoring import UNSCORED, scored
from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.outside.interface import Isolation

T = TypeVar("T")


@dataclass(frozen=True)
class Graded:
    """A job is done; the report is on its tasks."""

    job: Job
    report: Report


@dataclass(frozen=True)
class Crowded:
    """A job ran out of a GPU's memory because others had filled it."""

    job: Job


OpenSession = Callable[[Plan, Job, Isolation], Session]
"""Makes the session of a job's files; the caller starts it."""


def probes_of(week: Week) -> str:
    """The source of the week's own probes: the only part of its suites that ever goes inside."""
    return week.probes.read_text("utf-8") if week.probes else ""


def session_of(plan: Plan, job: Job, isolation: Isolation, make: Callable[..., Session] = Session) -> Session:
    """Returns the session that `make` makes for a job's files. No process is started yet."""
    return make(isolation, job.submission.files, plan.week.files, probes_of(plan.week), plan.week.most)


def judged(
    plan: Plan,
    jobs: Iterable[Job],
    isolation: Isolation,
    ours: OurCode | None = None,
    *,
    open_session: OpenSession = session_of,
    is_ready: Callable[[], bool] = lambda: True,
    alone: bool = True,
) -> Generator[TestResult | Graded | Crowded]:
    """Does `jobs` one after the other. Yields the result of each test, and after the last one of a job what came of the job.

    The next job's process is started while one is judged, if `is_ready` says that there is a next one. Where others use the
    same GPU (not `alone`), a job that ran out of its memory is not held responsible, and ends as `Crowded`.
    Raises `CourseError` when the suites are wrong, and what `jobs` raises.
    """

    def started() -> Iterator[tuple[Job, Session]]:
        for job in jobs:
            session = open_session(plan, job, isolation)
            session.start()
            yield job, session

    # Closed here and not whenever it is collected: a run that is stopped leaves no process behind.
    opened = closing(one_ahead(started(), lambda pair: pair[1].close(), is_ready))
    with collected(Judge(plan, ours)) as judge, opened as pairs:
        for job, session in pairs:
            with session:
                outcomes: list[Outcome] = []
                for outcome in judge.run(session, [task.id for task in job.of(plan.tasks)]):
                    outcomes.append(outcome)
                    yield outcome.result
                if session.crowded and not alone:
                    yield Crowded(job)
                    continue
                yield Graded(job, _report(plan, job, outcomes, session, ours, isolation.name))
                session.forget_others()


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
    ours: OurCode | None,
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


def task_result(task: Task, outcomes: list[Outcome], ours: OurCode | None, naming: bool = True) -> TaskResult:
    """All of a task's tests pass, or it earns nothing; a failed one may be recognised as a known mistake (if `naming`)."""
    verdict = task_verdict([outcome.result.verdict for outcome in outcomes])
    if ours and verdict is not Verdict.PASS and ours.fails_alike(task, outcomes):
        verdict = Verdict.GRADER_ERROR
    fitting = ours.recognised(task, outcomes) if ours and naming and verdict.counts else []
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
