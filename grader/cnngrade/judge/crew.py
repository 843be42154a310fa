"""Several judges side by side: processes that each run the suites, fed and watched by this one.

Each process collects the suites once and grades one submission after the other, holding the next one ready. A process that
dies takes no grade with it: its submissions go to another, once; one that kills a second process is reported as our error.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from cnngrade.errors import CnngradeError, GraderError
from cnngrade.facts import Report
from cnngrade.submissions import Submission

_HELD = 2  # submissions a process has at a time: one being judged, one whose process is starting


@dataclass(frozen=True)
class Orders:
    """What a judging process needs to make its own plan."""

    course: Path
    week: str
    device: str
    data_dir: Path | None
    tasks: tuple[str, ...] = ()


@dataclass
class _Member:
    process: BaseProcess
    pipe: Connection
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

    `on_lost` gets a submission that ended two judging processes. Raises what a judging process raises.
    """
    waiting = iter(submissions)
    again: deque[Submission] = deque()
    suspects: set[str] = set()
    members = [_hire(orders) for _ in range(workers)]
    try:
        while members:
            for member in members:
                _feed(member, again, waiting)
            ready = multiprocessing.connection.wait([member.pipe for member in members])
            for member in [member for member in members if member.pipe in ready]:
                try:
                    message = member.pipe.recv()
                except (EOFError, OSError):
                    members.remove(member)
                    if not member.held and member.dismissed:
                        continue
                    if not member.held:
                        raise GraderError("a judging process ended before it could begin", "Run with --debug") from None
                    first = member.held.popleft()
                    if first.student in suspects:
                        on_lost(first, "judging it ended two grading processes")
                    else:
                        suspects.add(first.student)
                        again.append(first)
                    again.extend(member.held)
                    members.append(_hire(orders))
                    continue
                if isinstance(message, BaseException):
                    raise message
                member.held.popleft()
                on_report(message)
    finally:
        for member in members:
            _stop(member)


def _feed(member: _Member, again: deque[Submission], waiting: Iterator[Submission]) -> None:
    while len(member.held) < _HELD and not member.dismissed:
        submission = again.popleft() if again else next(waiting, None)
        with contextlib.suppress(OSError):  # a process that has just died is noticed when its pipe is read
            member.pipe.send(submission)
        if submission is None:
            member.dismissed = True
        else:
            member.held.append(submission)


def _hire(orders: Orders) -> _Member:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_judge, args=(orders, theirs), daemon=False)
    process.start()
    theirs.close()
    return _Member(process, ours)


def _stop(member: _Member) -> None:
    member.pipe.close()
    if member.process.is_alive():
        member.process.terminate()
    member.process.join(timeout=10)
    if member.process.is_alive():
        member.process.kill()
        member.process.join()


def _judge(orders: Orders, pipe: Connection) -> None:
    """The life of a judging process."""
    # Ctrl-C reaches the whole group; what to do about it is the first process's to say. It ends us with SIGTERM, which
    # has to unwind so that no process beside student code outlives us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _unwind)
    from cnngrade.course import find_course
    from cnngrade.isolation.process import FreshProcess
    from cnngrade.judge.grading import grade, make_plan

    try:
        course = find_course(orders.course, orders.course)
        week = course.week(orders.week)
        assert week.hidden is not None
        with FreshProcess(orders.device) as isolation:
            isolation.start_ahead(week.limits.output_kb * 1024)
            plan = make_plan(
                course,
                week,
                suites=[week.hidden],
                with_reference=True,
                chosen=orders.tasks,
                device=orders.device,
                data_dir=orders.data_dir,
            )
            grade(plan, iter(pipe.recv, None), isolation, pipe.send)
    except EOFError:  # the first process has gone
        os._exit(1)
    except SystemExit:
        raise
    except BaseException as error:
        known = error if isinstance(error, CnngradeError) else GraderError(f"{type(error).__name__}: {error}")
        with contextlib.suppress(OSError):
            pipe.send(known)


def _unwind(_signal: int, _frame: object) -> None:
    raise SystemExit(1)
