"""Grades a class: what has to be judged, what becomes of each result, and whose points have moved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cnngrade import __version__
from cnngrade.backends import local
from cnngrade.backends.orders import CrowdedOut, Done, Lost, Orders
from cnngrade.backends.requests import Request, longest_first, split
from cnngrade.barrier import Barrier
from cnngrade.course import Course, Week, secret_of
from cnngrade.course.answers import read_answers
from cnngrade.course.questions import SHEET
from cnngrade.errors import GraderError, UserError, did_you_mean
from cnngrade.events import Advanced, Begun, Event, Note
from cnngrade.records.database import READING, REGRADE, Store
from cnngrade.records.report import Change, Environment, Report, Status, TaskResult, Verdict
from cnngrade.records.scoring import failed_report, is_full
from cnngrade.reports.folder import CHANGES, is_written, write_changes, write_class, write_student
from cnngrade.sandbox.outside import strongest
from cnngrade.services.assembly import assembled
from cnngrade.services.conditions import (
    PARTS,
    WRITTEN,
    Conditions,
    conditions_of,
    conditions_of_answers,
    difference,
    digest_of,
)
from cnngrade.submissions import Submission
from cnngrade.submissions.intake import Wishes, call

if TYPE_CHECKING:
    from cnngrade.judge.plan import Plan

_GPU_SHARE = 0.9  # of its memory; the rest is for what CUDA itself needs
_FINDING_OUT = "find out what is to be judged"


@dataclass(frozen=True)
class Asked:
    """What to grade of a class, and how."""

    submissions: Path
    out: Path
    wishes: Wishes
    workers: int
    device: str = "auto"
    data_dir: Path | None = None
    isolation: str = "auto"
    regrade: bool = False  # also what is graded already
    only: tuple[str, ...] = ()  # students; all when empty
    tasks: tuple[str, ...] = ()  # all when empty
    limit: int | None = None  # submissions that are judged at most
    secret_file: Path | None = None
    keep_models: bool = True


@dataclass(frozen=True)
class ClassGraded:
    """What came of a run: in words, whose points have moved, and the exit code that it deserves."""

    told: str
    changes: list[str]
    exit_code: int


def grade_class(course: Course, week: Week, asked: Asked, barrier: Barrier) -> Generator[Event, None, ClassGraded]:
    """Grades a class. Stores every result as it comes, and yields what to show of it. Returns what came of the run.

    What goes wrong with one student is held back by the `barrier`, and becomes that student's report. However the run
    ends, all that is stored has its pages. Raises `UserError` where the course, the class or the output is not as it must be.
    """
    if week.hidden is None or week.solution is None:
        raise UserError(
            f"the hidden suite of {week.name} is not installed here", "`grade` is for staff; students use `check`"
        )
    week.chosen(asked.tasks)  # an unknown task is told before torch loads
    _apart(asked.out, asked.submissions)
    isolation = strongest(asked.isolation)
    secret = secret_of(course, asked.secret_file)
    called = call(asked.submissions, week, asked.wishes, barrier)
    # With torch, which takes seconds: after all that is quick to find wrong.
    from cnngrade.judge.grading import nothing_handed_in
    from cnngrade.judge.plan import make_plan

    plan = make_plan(course, week, suites=[week.hidden], device=asked.device, data_dir=asked.data_dir, secret=secret)
    yield from map(Note, [*plan.notes, *called.notes])
    with Store(asked.out) as store:
        _same_week(store, week)
        store.remember(week_title=week.title, course=course.name)
        called.roll.nothing = nothing_handed_in(plan)
        if not asked.wishes.roster and (earlier := store.fact("roster")):
            yield Note(f"an earlier run had the roster {earlier}; without --roster its names and extensions go")
        store.remember(roster=str(asked.wishes.roster or ""))
        store.call_roll(called.roll)
        run = ClassRun(store, asked.out, plan, called.read, barrier)
        models = asked.out / "models" if asked.keep_models else None
        orders = Orders(course.root, week.name, asked.device, asked.data_dir, isolation, models=models, secret=secret)
        try:
            students = _only(called.to_grade, asked.only)
            requests = run.requests(students, asked.regrade, asked.tasks, asked.limit)
            if line := run.told_of_gone(students):
                yield Note(line)
            yield from run.events(requests, orders, asked.workers, _trainings(plan))
        except KeyboardInterrupt:
            yield Note(f"{run.told()}; all of it is kept, and the same command goes on from here")
            raise
        finally:
            write_class(asked.out, store.reports(barrier), week.title, barrier)
            write_changes(asked.out, store.changes())
        return ClassGraded(run.told(), run.told_of_changes(), run.exit_code())


def _only(everybody: Collection[str], students: Sequence[str]) -> Collection[str]:
    """Those of `students`, or all where none is named."""
    for name in students:
        if name not in everybody:
            raise UserError(f"there is no submission of {name!r}", did_you_mean(name, everybody, 0.6))
    return list(dict.fromkeys(students)) or everybody


def _trainings(plan: Plan) -> int | None:
    """How many trainings fit into the memory of the GPU at a time; None where the CPU's cores are the limit."""
    if plan.device != "cuda":
        return None
    import torch

    memory = torch.cuda.get_device_properties(0).total_memory / 2**20
    most = max((task.limits.gpu_memory_mb for task in plan.tasks if task.training), default=1)
    return max(1, int(_GPU_SHARE * memory / most))


def _apart(out: Path, submissions: Path) -> None:
    inside, around = out.resolve(), submissions.resolve()
    if inside == around or around in inside.parents:
        raise UserError(
            f"--out {out} lies in the folder of submissions, and would be taken for one",
            "Choose a folder outside of it",
        )


def _same_week(store: Store, week: Week) -> None:
    other = [name for name in store.weeks() if name != week.name]
    if other:
        raise UserError(f"{store.path} holds grades of {other[0]}", f"Give {week.name} an --out folder of its own")


class ClassRun:
    """What is judged in one run of `cnngrade grade`; every result is stored, and shown, as it comes.

    What goes wrong with one student is held back by the `barrier`, and becomes that student's report.
    """

    def __init__(
        self, store: Store, out: Path, plan: Plan, read: Callable[[str], Submission], barrier: Barrier | None = None
    ) -> None:
        self.store, self.out, self.plan, self.week = store, out, plan, plan.week
        self.barrier = barrier or Barrier()
        self._read = read
        self._now = conditions_of(self.week, plan.tasks, plan.data, plan.device, plan.draws.fingerprint)
        self._now[WRITTEN] = conditions_of_answers(self.week)
        self._trained = {task.id for task in plan.tasks if task.training and task.id in plan.data}
        self._in_hand: dict[tuple[str, tuple[str, ...]], str] = {}  # student, tasks -> digest of what is being judged
        self._due: dict[str, tuple[str, ...]] = {}  # student -> tasks that this run judges, and has not judged yet
        self.done = self.kept = self.total = 0
        self.not_judged: list[str] = []
        self.changes: list[Change] = []

    def requests(
        self, students: Collection[str], regrade: bool, tasks: Collection[str], limit: int | None
    ) -> list[Request]:
        """What has to be done: for every submission the tasks whose conditions are not those of the stored result.

        With `regrade` all are; of `tasks` only those, where any are named. At most `limit` submissions are judged.
        """
        chosen = [task.id for task in self.plan.tasks if not tasks or task.id in tasks]
        requests: list[Request] = []
        for student in students:
            due = self.barrier.attempt(
                student,
                _FINDING_OUT,
                partial(self._to_judge, student, regrade, chosen),
                partial(self._failed, student, chosen),
            )
            if not due or (limit is not None and len(self._due) >= limit):
                continue
            self._due[student] = due
            requests += split(student, self.plan.tasks, due, self._trained)
        self.total = len(students)
        self.kept = self.total - len(self._due)
        return longest_first(requests, {task.id: task.limits.seconds for task in self.plan.tasks})

    def told_of_gone(self, students: Collection[str]) -> str:
        """Names in a line what was graded earlier and is not among the submissions now; empty where nothing was."""
        if gone := sorted({*self.store.graded_as(self.week.name)} - {*students} - self.store.roll.hidden()):
            some = ", ".join(gone[:5]) + (", ..." if len(gone) > 5 else "")
            return f"graded earlier, not among the submissions any more, and kept: {some}"
        return ""

    def _to_judge(self, student: str, regrade: bool, chosen: Sequence[str]) -> tuple[str, ...]:
        """Those of the chosen tasks that are to be judged; written answers are listed anew here where only they are due."""
        submission, old = self._read(student), self._old(student)
        digest, before = digest_of(submission), self._stored(student) if old else {}
        due = tuple(task for task in chosen if regrade or before.get(task) != self._wanted(task, digest))
        if old and not due and before.get(WRITTEN) != self._wanted(WRITTEN, digest):
            self._read_answers(submission, digest, old)
        return due

    def _old(self, student: str) -> Report | None:
        """The stored report; None where there is none, or none that can be read: then all is judged again."""
        stored = partial(self.store.report, self.week.name, student)
        return self.barrier.attempt(student, READING, stored, lambda _note: None, REGRADE)

    def _failed(self, student: str, tasks: Sequence[str], note: str) -> tuple[str, ...]:
        """Stores that the grader failed on a student before anything was judged; nothing is left to judge."""
        self._due[student] = ()
        self._in_hand[student, tuple(tasks)] = ""
        self._keep(_not_judged(self.plan, Request(student, tuple(tasks)), note))
        del self._due[student]
        return ()

    def _stored(self, student: str) -> dict[str, Conditions]:
        """By task, the conditions of the stored result."""
        return _parsed(self.store.key(self.week.name, student))

    def _wanted(self, task: str, digest: str) -> Conditions:
        """The conditions of a result of now, of a submission of this `digest`."""
        return self._now[task] | {"submission": digest}

    def _read_answers(self, submission: Submission, digest: str, old: Report) -> None:
        """Lists the written answers anew where only the questions have changed: nothing has to be judged for that."""
        written = read_answers(submission.files.get(SHEET, b""), self.week.questions).results(self.week.questions)
        new = replace(old, tasks=[], written=written)
        conditions = self._stored(submission.student) | {WRITTEN: self._wanted(WRITTEN, digest)}
        self.store.add(assembled(self.plan.tasks, new, old, ()), json.dumps(conditions, sort_keys=True))

    def events(
        self, requests: Sequence[Request], orders: Orders, workers: int, trainings: int | None
    ) -> Generator[Begun | Advanced, None, None]:
        """Writes the pages that an earlier run could not, and does what is asked for. Yields what is stored of each request."""
        for report in self.store.reports(self.barrier):
            with self.barrier.around(report.student, "write the report"):
                if not is_written(self.out, report):
                    write_student(self.out, report, self.week.title, self.barrier)
        if not requests:
            return
        done, total = self.kept, self.kept + len(requests)
        yield Begun("grading", total, done)
        with closing(local.run(orders, requests, self._hand_out, min(workers, len(requests)), trainings)) as events:
            for event in events:
                if isinstance(event, CrowdedOut):
                    continue  # it is judged again
                done += 1
                new = event.report if isinstance(event, Done) else _not_judged(self.plan, event.request, event.why)
                keep, lost = partial(self._keep, new), partial(self._lose, new)
                yield Advanced(self.barrier.attempt(new.student, "keep the result", keep, lost), done, total)

    def _lose(self, report: Report, why: str) -> str:
        """Stores, in place of a result that cannot be kept, that the grader failed."""
        return self._keep(_not_judged(self.plan, Request(report.student, tuple(task.id for task in report.tasks)), why))

    def _hand_out(self, request: Request) -> Submission | Lost:
        """Reads a submission again, when a process is free for it: what is judged is what is there now."""
        read: Callable[[], Submission | Lost] = partial(self._read_again, request)
        return self.barrier.attempt(request.student, "read the submission", read, partial(Lost, request))

    def _read_again(self, request: Request) -> Submission:
        submission = self._read(request.student)
        self._in_hand[request.student, request.tasks] = digest_of(submission)
        return submission

    def _keep(self, new: Report) -> str:
        """Stores what a job has judged; returns what a log says of it."""
        student, old = new.student, self._old(new.student)
        judged = tuple(task.id for task in new.tasks)
        digest = self._in_hand.pop((student, judged), "")
        self._due[student] = tuple(task for task in self._due[student] if task not in judged)
        report = assembled(self.plan.tasks, new, old, self._due[student])
        conditions = self._stored(student) if old else {}
        changes: list[Change] = []
        for task in new.tasks:
            now = self._wanted(task.id, digest)
            changes += self._change(student, old, task, conditions.get(task.id), now)
            # What our own error spoilt is tried again by the next run: no conditions fit it.
            conditions[task.id] = {} if task.verdict is Verdict.GRADER_ERROR else now
        conditions[WRITTEN] = self._wanted(WRITTEN, digest)
        self.store.add(report, json.dumps(conditions, sort_keys=True), changes)
        self.changes += changes
        if report.status is Status.GRADER_ERROR and student not in self.not_judged:
            self.not_judged.append(student)
        if self._due[student]:
            return f"{student}, {', '.join(f'{task.id}: {task.verdict}' for task in new.tasks)}"
        self.done += 1
        if shown := self.store.shown(self.week.name, student):
            write_student(self.out, shown, self.week.title, self.barrier)
        return f"{student}: {report.auto_score:g} of {report.auto_max_score:g} points"

    def _change(
        self, student: str, old: Report | None, new: TaskResult, then: Conditions | None, now: Conditions
    ) -> list[Change]:
        """What has moved since a task was judged under other conditions, if anything has."""
        before = next((task for task in old.tasks if task.id == new.id), None) if old else None
        if before is None or not then or (before.score, before.verdict) == (new.score, new.verdict):
            return []
        why = difference(then, now)
        change = Change(self.week.name, student, new.id, before.score, new.score, before.verdict, new.verdict, why)
        return [change]

    def told(self) -> str:
        """What came of the run, in words."""
        failed = f" (the grader failed on {', '.join(self.not_judged)})" if self.not_judged else ""
        return f"{self.done} of {self.total} graded{failed}, {self.kept} unchanged"

    def told_of_changes(self) -> list[str]:
        """By reason, how many tasks' points have moved; that a new submission earns other points goes without saying."""
        told = [change for change in self.changes if PARTS["submission"] not in change.why]
        up = Counter(change.why for change in told if change.after > change.before)
        down = Counter(change.why for change in told if change.after < change.before)
        lines = [
            f"{why}: points of {up[why]} task{'s' * (up[why] != 1)} went up, of {down[why]} down"
            for why in sorted(up | down)
        ]
        return [*lines, f"whose: {self.out / CHANGES}"] if lines else []

    def exit_code(self) -> int:
        """3 where the grader failed on a submission, 1 where one of the class lost points."""
        if self.not_judged:
            return GraderError.exit_code
        return int(not all(is_full(report) for report in self.store.reports(self.barrier)))


def _parsed(text: str) -> dict[str, Conditions]:
    """The conditions stored with a report; none where another version of cnngrade stored something else."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _not_judged(plan: Plan, request: Request, why: str) -> Report:
    """The report of what the grader failed on: no points, and none lost."""
    environment = Environment(__version__, "", "", plan.device, plan.draws.fingerprint, "", {}, plan.suite_sha256, "")
    tasks = [
        TaskResult(task.id, task.title, list(task.symbols), 0.0, task.points, Verdict.GRADER_ERROR)
        for task in plan.tasks
        if task.id in request.tasks
    ]
    note = f"not graded: {why}. The same command tries again; this is not the student's fault"
    return failed_report(plan.course.name, plan.week.name, request.student, note, tasks, environment)
