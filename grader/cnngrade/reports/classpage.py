"""Renders `index.html`: how a class did in a week, for those who teach it.

The page is complete without JavaScript. A script of a few lines, allowed by its hash, sorts and filters the list.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote

from markupsafe import Markup

from cnngrade.records.report import NOWHERE, AnswerState, Report, Status, TaskResult, TestResult, Verdict, WrittenResult
from cnngrade.reports import ABSENT, named_mistakes, report_folder, status_of
from cnngrade.reports.html import render

MOST_REMARKS = 200  # shown for a class
MOST_MISTAKES = 10  # shown for a class, the most common ones


@dataclass(frozen=True)
class Distribution:
    """The scores of a class as shares of the points that each student could earn, in [0, 1]."""

    shares: list[float]
    kind: str  # which points: all, or those of the suites while written answers wait

    @property
    def mean(self) -> float:
        """The mean share."""
        return mean(self.shares)

    @property
    def median(self) -> float:
        """The median share."""
        return median(self.shares)


@dataclass(frozen=True)
class TaskSummary:
    """How a class did in one task. Times are in seconds of one student."""

    task: TaskResult
    passed: int
    failed: int
    missing: int
    unjudged: int
    median_seconds: float
    longest_seconds: float

    @property
    def judged(self) -> int:
        """The number of students whose task earned or cost points."""
        return self.passed + self.failed + self.missing


@dataclass(frozen=True)
class MistakeSummary:
    """A known mistake and the number of students who made it."""

    task: TaskResult
    mistake: str
    hint: str
    students: list[str]


@dataclass(frozen=True)
class Remarked:
    """A remark that people should check in a student's work, and its tasks. It has cost no points."""

    student: str
    remark: str
    tasks: list[str]


@dataclass(frozen=True)
class QuestionSummary:
    """How a class did in one written question, as far as it is marked."""

    question: str
    max_score: float
    scores: list[float]
    waiting: int
    empty: int

    @property
    def mean(self) -> float:
        """The mean score of the marked answers, in points."""
        return mean(self.scores)

    @property
    def full(self) -> int:
        """The number of answers with all points."""
        return sum(score >= self.max_score for score in self.scores)


def class_page(course: str, week: str, week_title: str, reports: Sequence[Report]) -> str:
    """Renders the page of a class. Its links lead to `reports/<student>/report.html` beside it.

    `course` and `week_title` are titles, and `week` is an id such as `week2`. A class may have only one report, or
    none.
    """
    ordered = sorted(reports, key=lambda report: report.student)
    present = [report for report in ordered if report.handed_in]  # the others say nothing about the tasks
    tasks = _task_summaries(present)
    scores = _distribution(present)
    mistakes = _mistake_summaries(present)
    script = _script()
    statuses = Counter(status_of(report) for report in ordered)
    return render(
        "class.html.j2",
        course=course,
        week=week,
        week_title=week_title,
        reports=ordered,
        MOST_MISTAKES=MOST_MISTAKES,
        links={report.student: report_link(report.student) for report in ordered},
        scores=scores,
        figures=_figures(scores, tasks, mistakes),
        tasks=tasks,
        mistakes=mistakes,
        remarked=_remarked(present),
        MOST_REMARKS=MOST_REMARKS,
        questions=_question_summaries(present),
        statuses={status: statuses[status] for status in (*Status, ABSENT)},
        late=[report for report in present if report.lateness and report.lateness.days],
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"),
    )


def outline(report: Report) -> Report:
    """Returns the part of a report that a gradebook and the page of a class need: no messages, images or answers.

    Equal results of many students are kept once, so that a class of thousands fits into memory.
    """
    return replace(
        report,
        tasks=[_task_outline(task) for task in report.tasks],
        written=[
            _shared_answer(each.question, each.score, each.max_score, each.answer.strip()[:1], each.state)
            for each in report.written
        ],
        environment=NOWHERE,
        notes=[],
    )


_SHARED = 2**14  # kinds of results that are kept; a class has some hundreds


def _task_outline(task: TaskResult) -> TaskResult:
    seconds = round(sum(test.seconds for test in task.tests), 3) if task.tests else None
    state = task.id, task.title, task.score, task.max_score, task.verdict
    shared = _shared_task(*state, task.mistake, task.hint, tuple(task.mistakes), seconds)
    return replace(shared, remarks=task.remarks) if task.remarks else shared


@lru_cache(maxsize=_SHARED)
def _shared_task(
    task: str, title: str, score: float, max_score: float, verdict: Verdict, mistake: str | None, hint: str | None,
    mistakes: tuple[str, ...], seconds: float | None,
) -> TaskResult:  # fmt: skip
    tests = [] if seconds is None else [TestResult(task, "", verdict, seconds=seconds)]
    return TaskResult(task, title, [], score, max_score, verdict, mistake, hint, tests, mistakes=list(mistakes))


@lru_cache(maxsize=_SHARED)
def _shared_answer(
    question: str, score: float | None, max_score: float, beginning: str, state: AnswerState
) -> WrittenResult:
    return WrittenResult(question, score, max_score, beginning, state=state)


def _remarked(reports: Sequence[Report]) -> list[Remarked]:
    """Returns the remarks on each student, with their tasks."""
    found = []
    for report in reports:
        tasks: dict[str, list[str]] = defaultdict(list)
        for task in report.tasks:
            for remark in dict.fromkeys(task.remarks):
                tasks[remark].append(task.title)
        found += [Remarked(report.student, remark, titles) for remark, titles in tasks.items()]
    return found


def report_link(student: str) -> str:
    """Returns the relative URL of a student's page. It is always below `reports/`, for any id."""
    return f"reports/{quote(report_folder(student), safe='')}/report.html"


def _distribution(reports: Sequence[Report]) -> Distribution:
    """Returns the distribution of the scores. Reports with a grader error are left out, because their scores are unknown."""
    known = [report for report in reports if report.status is not Status.GRADER_ERROR]
    if any(report.status is Status.INCOMPLETE for report in known):
        parts = [(report.auto_score, report.auto_max_score) for report in known]
        return Distribution([score / most for score, most in parts if most], "automatic points")
    parts = [(report.score, report.max_score) for report in known]
    return Distribution([score / most for score, most in parts if most], "points")


def _task_summaries(reports: Sequence[Report]) -> list[TaskSummary]:
    results: dict[str, list[TaskResult]] = defaultdict(list)
    for report in reports:
        for task in report.tasks:
            results[task.id].append(task)
    return [_task_summary(same) for same in results.values()]


def _task_summary(results: list[TaskResult]) -> TaskSummary:
    verdicts = Counter(task.verdict for task in results)
    judged = sum(verdicts[verdict] for verdict in Verdict if verdict.counts)
    passed, missing = verdicts[Verdict.PASS], verdicts[Verdict.MISSING]
    # A missing task takes no time, so counting it would make a slow task look fast.
    ran = [task for task in results if task.verdict.counts and task.verdict is not Verdict.MISSING]
    times = [sum(test.seconds for test in task.tests) for task in ran] or [0.0]
    return TaskSummary(
        results[0],
        passed,
        judged - passed - missing,
        missing,
        len(results) - judged,
        median(times),
        max(times),
    )


def _question_summaries(reports: Sequence[Report]) -> list[QuestionSummary]:
    asked: dict[str, list[WrittenResult]] = defaultdict(list)
    for report in reports:
        for answer in report.written:
            asked[answer.question].append(answer)
    return [
        QuestionSummary(
            question,
            answers[0].max_score,
            [answer.score for answer in answers if answer.score is not None],
            sum(answer.score is None for answer in answers),
            sum(not answer.answer.strip() for answer in answers),
        )
        for question, answers in asked.items()
    ]


def _mistake_summaries(reports: Sequence[Report]) -> list[MistakeSummary]:
    """Returns the known mistakes, the most common first. If several fit a submission, the first counts."""
    made: dict[tuple[str, str], MistakeSummary] = {}
    for report in reports:
        for task in report.tasks:
            for mistake in named_mistakes(task)[:1]:
                known = made.setdefault((task.id, mistake), MistakeSummary(task, mistake, task.hint or "", []))
                known.students.append(report.student)
    return sorted(made.values(), key=lambda known: -len(known.students))


@dataclass(frozen=True)
class Figures:
    """The figures of a class. A figure is None if there is nothing to draw."""

    histogram: Markup | None = None
    success: Markup | None = None
    times: Markup | None = None
    mistakes: Markup | None = None


def _figures(scores: Distribution, tasks: list[TaskSummary], mistakes: list[MistakeSummary]) -> Figures:
    if not tasks:
        return Figures()
    from cnngrade.reports import plots

    rows = [(summary.task.id, summary.passed, summary.failed, summary.missing) for summary in tasks]
    times = [(summary.task.id, summary.median_seconds, summary.longest_seconds) for summary in tasks]
    made = [(known.mistake, len(known.students)) for known in mistakes[:MOST_MISTAKES]]
    return Figures(
        Markup(plots.score_distribution(scores.shares)) if scores.shares else None,
        Markup(plots.task_success(rows)),
        Markup(plots.task_times(times)) if any(longest for _, _, longest in times) else None,
        Markup(plots.mistake_counts(made)) if made else None,
    )


@cache
def _script() -> str:
    """Returns the page's script, without its comments."""
    text = (Path(__file__).parent / "templates" / "class.js").read_text(encoding="utf-8")
    return re.sub(r"^\s*//.*\n", "", text, flags=re.MULTILINE)
