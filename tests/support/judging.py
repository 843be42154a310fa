"""Judging many file sets at once for tests: trusted code, so forked children do, in two processes side by side."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from cnngrade.records.report import Report
from cnngrade.submissions import Submission

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = b"what the hidden inputs of these tests are drawn from"


def data_dir() -> Path | None:
    """The folder with real data sets, where this machine has one."""
    return Path(folder) if (folder := os.environ.get("CNNGRADE_DATA")) else None


def judge(
    submissions: dict[str, dict[str, bytes]],
    suites: tuple[str, ...] = ("hidden",),
    tasks: tuple[str, ...] = (),
    training: bool = False,
    week: str = "week2",
) -> dict[str, Report]:
    """Name -> report, for files by name; without `training` the tasks that train a network are left out."""
    names = list(submissions)
    shares = [{name: submissions[name] for name in names[start::2]} for start in (0, 1)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        jobs = [pool.submit(_judge, share, suites, tasks, training, week) for share in shares if share]
        return {report.student: report for job in jobs for report in job.result()}


def _judge(
    submissions: dict[str, dict[str, bytes]], suites: tuple[str, ...], tasks: tuple[str, ...], training: bool, week: str
) -> list[Report]:
    from cnngrade.course import find_course
    from cnngrade.judge.grading import Graded, judged
    from cnngrade.judge.jobs import Job
    from cnngrade.judge.plan import make_plan
    from cnngrade.reference.code import TrustedCode
    from cnngrade.sandbox.outside.forked import trusted

    course = find_course(REPOSITORY, REPOSITORY)
    chosen = course.week(week)
    wanted = [task.id for task in chosen.chosen(tasks) if training or not task.data]
    plan = make_plan(
        course,
        chosen,
        suites=[chosen.folder / suite for suite in suites],
        chosen=wanted,
        device="cpu",
        data_dir=data_dir(),
        secret=SECRET,
    )
    jobs = [Job(Submission(name, files)) for name, files in submissions.items()]
    with trusted() as isolation, TrustedCode(chosen, "cpu") if "hidden" in suites else nullcontext() as ours:
        return [one.report for one in judged(plan, jobs, isolation, ours) if isinstance(one, Graded)]
