"""One run over a class: what has to be judged, what becomes of each result, and whose points have moved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from cnngrade import __version__
from cnngrade.backends.local import Orders, grade_all
from cnngrade.backends.requests import Request, longest_first, split
from cnngrade.barrier import Barrier
from cnngrade.cli.progress import RunProgress
from cnngrade.course.answers import read_answers
from cnngrade.course.questions import SHEET
from cnngrade.errors import GraderError
from cnngrade.judge.plan import Plan
from cnngrade.records.database import READING, REGRADE, Store
from cnngrade.records.report import Change, Environment, Report, Status, TaskResult, Verdict, failed_report
from cnngrade.reports.folder import CHANGES, is_written, write_student
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

_FINDING_OUT = "find out what is to be judged"


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
        if gone := sorted({*self.store.graded_as(self.week.name)} - {*students} - self.store.roll.hidden()):
            some = ", ".join(gone[:5]) + (", ..." if len(gone) > 5 else "")
            click.echo(f"graded earlier, not among the submissions any more, and kept: {some}", err=True)
        return longest_first(requests, {task.id: task.limits.seconds for task in self.plan.tasks})

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

    def grade(self, requests: Sequence[Request], orders: Orders, workers: int, trainings: int | None) -> None:
        """Does what is asked for, and writes the pages that an earlier run could not."""
        for report in self.store.reports(self.barrier):
            with self.barrier.around(report.student, "write the report"):
                if not is_written(self.out, report):
                    write_student(self.out, report, self.week.title, self.barrier)
        if not requests:
            return
        with RunProgress("grading", self.kept + len(requests), self.kept) as bar:

            def receive(report: Report) -> None:
                keep, lost = partial(self._keep, report), partial(self._lose, report)
                bar.step(self.barrier.attempt(report.student, "keep the result", keep, lost))

            def lose(request: Request, why: str) -> None:
                receive(_not_judged(self.plan, request, why))

            def hand_out(request: Request) -> Submission | None:
                read = partial(self._hand_out, request)
                return self.barrier.attempt(request.student, "read the submission", read, partial(lose, request))

            grade_all(orders, requests, hand_out, min(workers, len(requests)), receive, lose, trainings)

    def _lose(self, report: Report, why: str) -> str:
        """Stores, in place of a result that cannot be kept, that the grader failed."""
        return self._keep(_not_judged(self.plan, Request(report.student, tuple(task.id for task in report.tasks)), why))

    def _hand_out(self, request: Request) -> Submission:
        """Reads a submission again, when a process is free for it: what is judged is what is there now."""
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
        return int(any(report.auto_score < report.auto_max_score for report in self.store.reports(self.barrier)))


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
