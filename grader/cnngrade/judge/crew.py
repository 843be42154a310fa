"""Several judges side by side: processes that each run the suites, fed and watched by this one.

Each process collects the suites once and grades one submission after the other, holding the next one ready. A process that
dies or fails takes no grade with it: another one takes its place, and what it was judging is tried once more, last of all;
a submission that ends a second process is handed back as lost.
"""

from __future__ import annotations

import contextlib
import multiprocessing.connection
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

from cnngrade.errors import CnngradeError, GraderError, UserError
from cnngrade.facts import Report
from cnngrade.judge.processes import JudgingProcess, hire, stop
from cnngrade.submissions import Submission

_HELD = 2  # submissions a process has at a time: one being judged, one whose process is starting
_FAILURES = 3  # processes that end before anything at all is graded: then it is not the submissions' doing


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
    """A judging process says of its submission that others had filled the GPU."""


@dataclass
class _Member:
    judging: JudgingProcess
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
        stop([member.judging for member in crew.members], at_once=True)


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
        self.members.append(_Member(hire(_judge, self._orders)))

    def feed(self) -> None:
        """Fills every process's hands; one that gets None is dismissed, and ends when it has finished."""
        for member in self.members:
            while len(member.held) < _HELD and not member.dismissed:
                submission = next(self._waiting, None)
                if submission is None:
                    self._exhausted = True
                    submission = self._again.popleft() if self._again else None
                with contextlib.suppress(OSError):  # a process that has just died is noticed when its pipe is read
                    member.judging.pipe.send(submission)
                if submission is None:
                    member.dismissed = True
                else:
                    member.held.append(submission)

    def ready(self) -> list[_Member]:
        """Waits for the processes that have something to say, or have ended."""
        pipes = multiprocessing.connection.wait([member.judging.pipe for member in self.members])
        return [member for member in self.members if member.judging.pipe in pipes]

    def replace(self, member: _Member, error: CnngradeError | None) -> None:
        """Lets go of a process that has ended; what it held goes to another one."""
        self.members.remove(member)
        stop([member.judging], at_once=True)
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
        message: Report | _Crowded | CnngradeError = member.judging.pipe.recv()
    except (EOFError, OSError):
        return None
    return message


def _judge(orders: Orders, pipe: Connection) -> None:
    """The life of a judging process."""
    from cnngrade.course import find_course
    from cnngrade.isolation import isolation_of
    from cnngrade.judge.grading import grade, make_plan

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
        crowded = None if orders.alone else lambda _submission: pipe.send(_Crowded())
        grade(plan, iter(pipe.recv, None), isolation, pipe.send, on_crowded=crowded)
