"""Several judges side by side: processes that each run the suites, fed and watched by this one.

Each process collects the suites once and does one job after the other, holding the next one ready. A process that dies or
fails takes no grade with it: another one takes its place, and what it was judging is tried once more, last of all; a job
that ends a second process is handed back as lost.
"""

from __future__ import annotations

import contextlib
import multiprocessing.connection
from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection

from cnngrade.backends.orders import CrowdedOut, Done, Lost, Orders
from cnngrade.backends.processes import JudgingProcess, hire, stop
from cnngrade.backends.requests import Request
from cnngrade.errors import CnngradeError, GraderError, UserError
from cnngrade.judge.allowance import allowance_of
from cnngrade.judge.jobs import Job
from cnngrade.records.report import Report
from cnngrade.submissions import Submission

_HELD = 2  # quick jobs that a process has at a time: one being judged, one whose process is starting
_FAILURES = 3  # students whose judging ends processes before anything at all is graded: then it is not their doing


@dataclass(frozen=True)
class _Crowded:
    """A judging process says of its submission that others had filled the GPU."""


@dataclass
class _Member:
    judging: JudgingProcess
    held: deque[Request] = field(default_factory=deque)
    dismissed: bool = False

    @property
    def trains(self) -> bool:
        """Whether it holds a job that trains."""
        return any(request.trains for request in self.held)


def run(
    orders: Orders,
    requests: Iterable[Request],
    read: Callable[[Request], Submission | Lost],
    workers: int,
    trainings: int | None = None,
) -> Generator[Done | Lost | CrowdedOut, None, None]:
    """Does what `requests` ask for in `workers` processes, in their order. Yields what comes of each as soon as it is known.

    `read` is asked for a submission when a process is free for it. Where it gives `Lost`, that is what comes of the request.
    At most `trainings` jobs train at the same time, as many as fit into the memory of a GPU; meanwhile other processes do
    jobs that do not train. `Lost` is also what ended two judging processes. Closing the iterator ends the processes. Raises
    the `UserError` that a judging process meets (the course's files, the data, the device), and `GraderError` when nothing
    can be graded at all.
    """
    crowded = yield from _side_by_side(orders, requests, read, workers, trainings or workers)
    if crowded:
        yield from _side_by_side(replace(orders, alone=True), crowded, read, 1, 1)


def _side_by_side(
    orders: Orders,
    requests: Iterable[Request],
    read: Callable[[Request], Submission | Lost],
    workers: int,
    trainings: int,
) -> Generator[Done | Lost | CrowdedOut, None, list[Request]]:
    """Yields what comes of each request. Returns those that ran out of memory that others had taken."""
    crew = _Crew(orders, requests, read, trainings)
    crowded: list[Request] = []
    try:
        for _ in range(workers):
            crew.hire()
        while crew.members:
            yield from crew.feed()
            for member in crew.ready():
                message = _received(member)
                if isinstance(message, Report | _Crowded):
                    request = member.held.popleft()
                    crew.graded = True
                    yield from crew.feed()  # first: storing a report and drawing its page takes a while
                    if isinstance(message, Report):
                        yield Done(request, message)
                    else:
                        crowded.append(request)
                        yield CrowdedOut(request)
                elif isinstance(message, UserError):
                    raise message
                else:
                    yield from crew.replace(member, message)
    finally:
        stop([member.judging for member in crew.members], at_once=True)
    return crowded


class _Crew:
    """The processes, and the requests that still have to be handed out."""

    def __init__(
        self,
        orders: Orders,
        requests: Iterable[Request],
        read: Callable[[Request], Submission | Lost],
        trainings: int,
    ) -> None:
        self.members: list[_Member] = []
        self.graded = False
        self._orders, self._read, self._trainings = orders, read, trainings
        self._training: deque[Request] = deque()
        self._quick: deque[Request] = deque()
        for request in requests:
            (self._training if request.trains else self._quick).append(request)
        self._again: deque[Request] = deque()
        self._suspects: set[Request] = set()
        self._failed: set[object] = set()  # whose job ended a process; a process that held none stands for itself

    def hire(self) -> None:
        """Starts one more process."""
        self.members.append(_Member(hire(_judge, self._orders)))

    def feed(self) -> list[Lost]:
        """Gives every process something to do before any is given more. Returns what could not even be read.

        A process for which nothing is left is dismissed, and ends.
        """
        lost: list[Lost] = []
        for hands in range(1, _HELD + 1):
            for member in self.members:
                if member.dismissed or len(member.held) >= hands:
                    continue
                while request := self._next_for(member):
                    submission = self._read(request)
                    if not isinstance(submission, Lost):
                        member.held.append(request)
                        self._send(member, Job(submission, request.tasks))
                        break
                    lost.append(submission)
        if not (self._training or self._quick or self._again):
            for member in self.members:
                if not member.dismissed:
                    member.dismissed = True
                    self._send(member, None)
        return lost

    def _next_for(self, member: _Member) -> Request | None:
        """The next job: one that trains only for empty hands, since it would wait there while others are idle."""
        busy = sum(each.trains for each in self.members)
        if self._training and not member.held and busy < self._trainings:
            return self._training.popleft()
        if member.trains:
            return None
        if self._quick:
            return self._quick.popleft()
        if self._again and not member.held:
            return self._again.popleft()
        return None

    def _send(self, member: _Member, job: Job | None) -> None:
        with contextlib.suppress(OSError):  # a process that has just died is noticed when its pipe is read
            member.judging.pipe.send(job)

    def ready(self) -> list[_Member]:
        """Waits for the processes that have something to say, or have ended."""
        pipes = multiprocessing.connection.wait([member.judging.pipe for member in self.members])
        return [member for member in self.members if member.judging.pipe in pipes]

    def replace(self, member: _Member, error: CnngradeError | None) -> list[Lost]:
        """Lets go of a process that has ended; what it held goes to another one. Returns what ended a second process."""
        self.members.remove(member)
        stop([member.judging], at_once=True)
        if member.dismissed and not member.held:
            return []  # it had finished
        self._failed.add(member.held[0].student if member.held else object())
        if len(self._failed) >= _FAILURES and not self.graded:
            raise error or GraderError("the grading processes end before they have graded anything", "Is memory short?")
        lost: list[Lost] = []
        if member.held:
            first = member.held.popleft()
            self._again.extend(member.held)
            if first in self._suspects:
                lost.append(Lost(first, str(error) if error else "judging it ended two grading processes"))
            else:
                self._suspects.add(first)
                self._again.append(first)
        if self._again or self._training or self._quick:
            self.hire()
        return lost


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
    from cnngrade.sandbox.outside import isolation_of

    course = find_course(orders.course, orders.course)
    week = course.week(orders.week)
    assert week.hidden is not None
    with isolation_of(orders.isolation, orders.device) as isolation:
        isolation.start_ahead(week.most.output_kb * 1024, allowance_of(week.most))
        # With torch, which takes as long to load here as it does there: side by side.
        from cnngrade.judge.grading import Crowded, Graded, judged
        from cnngrade.judge.ownlimits import bound_memory
        from cnngrade.judge.plan import make_plan
        from cnngrade.reference.code import TrustedCode
        from cnngrade.reference.models import keeping

        plan = make_plan(
            course,
            week,
            suites=[week.hidden],
            chosen=orders.tasks,
            device=orders.device,
            data_dir=orders.data_dir,
            secret=orders.secret,
        )
        bound_memory()
        with TrustedCode(plan.week, plan.device) as ours:
            results = judged(
                plan, iter(pipe.recv, None), isolation, ours,
                open_session=partial(keeping, folder=orders.models), is_ready=pipe.poll, alone=orders.alone,
            )  # fmt: skip
            with contextlib.closing(results):
                for result in results:
                    if isinstance(result, Graded):
                        pipe.send(result.report)
                    elif isinstance(result, Crowded):
                        pipe.send(_Crowded())
