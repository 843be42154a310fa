"""Judging hostile samples, as a program: `python -m tests.support.hostile NAME...` prints what came of each as JSON.

It is a program so that it can be run as another user (`tests.support.ordinary_user`), and so that every process that a
sample has started and left becomes its child.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from cnngrade.judge.jobs import Job
from cnngrade.records.report import Report
from cnngrade.sandbox.inside.wire import Allowance
from cnngrade.sandbox.outside import sandbox
from tests.support.judging import REPOSITORY, SECRET

if TYPE_CHECKING:
    from cnngrade.submissions import Submission

FOLDER = REPOSITORY / "tests" / "samples" / "week2" / "hostile"
NAMES = [path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.glob("*/*")) if path.is_dir()]
TRAINING = ("accuracy/", "leaking/loss-curve")  # the samples that are asked to train a network
SECONDS = 5.0  # for each test: what hangs has to hang long enough to be seen, and no longer
IMPORT = 5.0  # for each file
EVERY = 7  # hostile samples to one neighbour
ALONE, NEIGHBOUR = "alone", "neighbour of "
_ENDING = 10.0  # seconds that killed processes have to go, on a busy machine
_PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Judged:
    """What came of one submission."""

    verdicts: dict[str, str]  # by task
    scores: dict[str, float]
    messages: str  # all that its report quotes
    isolation: str
    printed: str  # by all its processes


def main() -> None:
    """Entry point."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = mounts()
    judged = {name: asdict(result) for name, result in judge(sys.argv[1:]).items()}
    mounted = sorted(mounts() - before)
    result = {
        "user": [os.getuid(), *os.getgroups()],
        "mounts": mounted,
        "processes": _processes_left(),
        "judged": judged,
    }
    json.dump(result, sys.stdout)


def judge(names: list[str]) -> dict[str, Judged]:
    """Judges samples one after the other, as a class is graded, with correct submissions between them."""
    from cnngrade.course import find_course
    from cnngrade.judge import session
    from cnngrade.judge.grading import Graded, judged
    from cnngrade.judge.plan import make_plan
    from cnngrade.reference.code import TrustedCode

    session._IMPORT = IMPORT
    course = find_course(REPOSITORY, REPOSITORY)
    week = course.week("week2")
    # Data sets that this machine may have would make training longer, and nothing more certain.
    tasks = [replace(task, data=tuple(each for each in task.data if each.name == "digits")) for task in week.tasks]
    tasks = [replace(t, limits=replace(t.limits, seconds=60 if t.data else SECONDS)) for t in tasks]
    plain = [task.id for task in week.tasks if not task.data]
    assert week.hidden is not None
    training = [name for name in names if name.startswith(TRAINING)]
    others = [name for name in names if name not in training]
    found: dict[str, Judged] = {}
    with tempfile.TemporaryDirectory() as none, _Recording() as isolation:
        # Which known mistake a hostile sample resembles is nobody's question, and takes long to answer.
        week = replace(week, tasks=tuple(tasks), mistakes=Path(none))
        for group, chosen in ((training, ["lenet-accuracy"]), (others, plain)):
            if group:
                plan = make_plan(course, week, suites=[week.hidden], device="cpu", chosen=chosen, secret=SECRET)
                submissions = list(_submissions(group, neighbours=group is others))
                with TrustedCode(week, "cpu") as ours:
                    for one in judged(plan, isolation.handing_out(submissions), isolation, ours):
                        if isinstance(one, Graded):
                            found.update(isolation.result(one.report))
    return found


def _submissions(names: list[str], neighbours: bool) -> Iterator[Submission]:
    """The samples; and the reference's files before the first, and right after every seventh."""
    from cnngrade.submissions import Submission

    ours = _files(REPOSITORY / "solutions" / "week2")
    if neighbours:
        yield Submission(ALONE, ours)
    for number, name in enumerate(names, 1):
        yield Submission(name, _files(FOLDER / name))
        if neighbours and (number % EVERY == 0 or number == len(names)):
            yield Submission(f"{NEIGHBOUR}{name}", ours)


def _files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


class _Recording(sandbox.Sandbox):
    """The sandbox, which keeps what the processes of each submission have printed."""

    def __init__(self) -> None:
        super().__init__("cpu")
        self._order: list[str] = []
        self._new: list[str] = []  # handed out, and its first process not started yet
        self._children: dict[str, list[sandbox._Child]] = {}
        self._since = time.monotonic()

    def handing_out(self, submissions: list[Submission]) -> Iterator[Job]:
        self._order = [submission.student for submission in submissions]
        for submission in submissions:
            self._new = [submission.student]
            yield Job(submission)

    def start(self, kept: int, most: Allowance) -> sandbox._Child:
        child = super().start(kept, most)
        assert isinstance(child, sandbox._Child)
        owner = self._new.pop() if self._new else self._order[0]
        self._children.setdefault(owner, []).append(child)
        return child

    def result(self, report: Report) -> dict[str, Judged]:
        name = self._order.pop(0)
        assert name == report.student
        children = self._children.pop(name, [])
        verdicts = {task.id: str(task.verdict) for task in report.tasks}
        seconds, self._since = time.monotonic() - self._since, time.monotonic()
        sys.stderr.write(f"{seconds:6.1f} s, {len(children):2} processes: {name} {sorted(set(verdicts.values()))}\n")
        scores = {task.id: task.score for task in report.tasks if task.score}
        messages = "\n".join(test.message for task in report.tasks for test in task.tests)
        printed = "\n".join(child.output() for child in children)
        return {name: Judged(verdicts, scores, messages, report.environment.isolation, printed)}


def mounts() -> set[str]:
    """All mounts that this process sees."""
    return set(Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines())


def _processes_left() -> list[str]:
    """Our processes that have not ended: whatever a dead process leaves becomes a child of this one."""
    deadline = time.monotonic() + _ENDING
    while left := psutil.Process().children(recursive=True):
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return [str(process) for process in left]


if __name__ == "__main__":
    main()
