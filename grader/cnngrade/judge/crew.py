"""Several judges side by side: processes that each run the suites, fed and watched by this one.

Each process collects the suites once and grades one submission after the other, holding the next one ready. A process that
dies or fails takes no grade with it: another one takes its place, and what it was judging is tried once more, last of all;
a submission that ends a second process is handed back as lost.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import shutil
import signal
import tempfile
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from cnngrade.errors import CnngradeError, GraderError, UserError
from cnngrade.facts import Report
from cnngrade.inside.lifeline import end_with_parent
from cnngrade.submissions import Submission

_HELD = 2  # submissions a process has at a time: one being judged, one whose process is starting
_FAILURES = 3  # processes that end before anything at all is graded: then it is not the submissions' doing
_ENDING = 10.0  # seconds that a process has to clean up


@dataclass(frozen=True)
class Orders:
    """What a judging process needs to make its own plan."""

    course: Path
    week: str
    device: str
    data_dir: Path | None
    isolation: str  # as `isolation.strongest` has named it
    tasks: tuple[str, ...] = ()
    alone: bool = False  # one process has the machine for itself: what runs out of a GPU's memory has itself to blame


@dataclass(frozen=True)
class _Crowded:
    """A judging process says of a submission that others had filled the GPU."""

    student: str


@dataclass
class _Member:
    process: BaseProcess
    pipe: Connection
    folder: Path  # all its temporary files, so that they go with it however it ends
    held: deque[Submission] = field(default_factory=deque)
    dismissed: bool = False


def grade_all(
    orders: Orders,
    submissions: Iterable[Submission],
    workers: int,
    on_report: Callable[[Report], None],
    on_lost: Callable[[Submission, str], None],
) -> None:
    """Grades `submissions` in `workers` processes; `on_report` is called here, as each is finished.

    `on_lost` gets a submission that ended two judging processes, and why. Raises the `UserError` that a judging process
    meets (the course's files, the data, the device), and `GraderError` when nothing can be graded at all.
    """
    crowded: list[Submission] = []
    _grade_side_by_side(orders, submissions, workers, on_report, on_lost, crowded)
    if crowded:
        _grade_side_by_side(replace(orders, alone=True), crowded, 1, on_report, on_lost, [])


def _grade_side_by_side(
    orders: Orders,
    submissions: Iterable[Submission],
    workers: int,
    on_report: Callable[[Report], None],
    on_lost: Callable[[Submission, str], None],
    crowded: list[Submission],
) -> None:
    """As `grade_all`; what ran out of memory that others had taken is put into `crowded`."""
    crew = _Crew(orders, iter(submissions), on_lost)
    try:
        for _ in range(workers):
            crew.hire()
        while crew.members:
            crew.feed()
            for member in crew.ready():
                message = _received(member)
                if isinstance(message, Report):
                    member.held.popleft()
                    crew.graded = True
                    on_report(message)
                elif isinstance(message, _Crowded):
                    crowded.append(member.held.popleft())
                    crew.graded = True
                elif isinstance(message, UserError):
                    raise message
                else:
                    crew.replace(member, message)
    finally:
        _stop(crew.members)


class _Crew:
    """The processes, and the submissions that still have to be handed out."""

    def __init__(
        self, orders: Orders, waiting: Iterator[Submission], on_lost: Callable[[Submission, str], None]
    ) -> None:
        self.members: list[_Member] = []
        self.graded = False
        self._orders, self._waiting, self._on_lost = orders, waiting, on_lost
        self._again: deque[Submission] = deque()
        self._suspects: set[str] = set()
        self._failures = 0
        self._exhausted = False

    def hire(self) -> None:
        """Starts one more process."""
        self.members.append(_hire(self._orders))

    def feed(self) -> None:
        """Fills every process's hands; one that gets None is dismissed, and ends when it has finished."""
        for member in self.members:
            while len(member.held) < _HELD and not member.dismissed:
                submission = next(self._waiting, None)
                if submission is None:
                    self._exhausted = True
                    submission = self._again.popleft() if self._again else None
                with contextlib.suppress(OSError):  # a process that has just died is noticed when its pipe is read
                    member.pipe.send(submission)
                if submission is None:
                    member.dismissed = True
                else:
                    member.held.append(submission)

    def ready(self) -> list[_Member]:
        """Waits for the processes that have something to say, or have ended."""
        pipes = multiprocessing.connection.wait([member.pipe for member in self.members])
        return [member for member in self.members if member.pipe in pipes]

    def replace(self, member: _Member, error: CnngradeError | None) -> None:
        """Lets go of a process that has ended; what it held goes to another one."""
        self.members.remove(member)
        _stop([member])
        if not member.held:
            return  # it had finished
        self._failures += 1
        if self._failures >= _FAILURES and not self.graded:
            raise error or GraderError("the grading processes end before they have graded anything", "Is memory short?")
        first = member.held.popleft()
        self._again.extend(member.held)
        if first.student in self._suspects:
            self._on_lost(first, str(error) if error else "judging it ended two grading processes")
        else:
            self._suspects.add(first.student)
            self._again.append(first)
        if self._again or not self._exhausted:
            self.hire()


def _received(member: _Member) -> Report | _Crowded | CnngradeError | None:
    """What a process has to say; None when it has ended."""
    try:
        message: Report | _Crowded | CnngradeError = member.pipe.recv()
    except (EOFError, OSError):
        return None
    return message


def _hire(orders: Orders) -> _Member:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    folder = Path(tempfile.mkdtemp(prefix="cnngrade-judge-"))
    process = context.Process(target=_judge, args=(orders, theirs, folder), daemon=False)
    with interrupts_held_back():
        process.start()
    theirs.close()
    return _Member(process, ours, folder)


@contextlib.contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Ctrl-C waits until the block ends; what is started meanwhile inherits that, so that its imports are not torn."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # before Python 3.13 its start undoes the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stop(members: Sequence[_Member]) -> None:
    for member in members:  # all are told before any is waited for
        member.pipe.close()
        if member.process.is_alive():
            member.process.terminate()
    for member in members:
        member.process.join(_ENDING)
        if member.process.is_alive():
            member.process.kill()
            member.process.join()
        shutil.rmtree(member.folder, ignore_errors=True)


def _judge(orders: Orders, pipe: Connection, folder: Path) -> None:
    """The life of a judging process."""
    first = multiprocessing.parent_process()
    end_with_parent(first.pid or 0 if first else 0)
    tempfile.tempdir = str(folder)
    # Ctrl-C reaches the whole group; what to do about it is the first process's to say. It ends us with SIGTERM, which
    # has to unwind so that no process beside student code outlives us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _unwind)
    from cnngrade.course import find_course
    from cnngrade.isolation import isolation_of
    from cnngrade.judge.grading import grade, make_plan

    try:
        course = find_course(orders.course, orders.course)
        week = course.week(orders.week)
        assert week.hidden is not None
        with isolation_of(orders.isolation, orders.device) as isolation:
            isolation.start_ahead(week.most.output_kb * 1024, week.most.allowance())
            plan = make_plan(
                course,
                week,
                suites=[week.hidden],
                with_reference=True,
                chosen=orders.tasks,
                device=orders.device,
                data_dir=orders.data_dir,
            )
            crowded = None if orders.alone else lambda submission: pipe.send(_Crowded(submission.student))
            grade(plan, iter(pipe.recv, None), isolation, pipe.send, on_crowded=crowded)
    except EOFError:  # the first process has gone
        os._exit(1)
    except SystemExit:
        raise
    except BaseException as error:
        known = error if isinstance(error, CnngradeError) else GraderError(f"{type(error).__name__}: {error}")
        known.add_note("".join(traceback.format_exception(error)))  # for --debug: a pipe carries no traceback
        with contextlib.suppress(OSError):
            pipe.send(known)


def _unwind(_signal: int, _frame: object) -> None:
    raise SystemExit(1)
