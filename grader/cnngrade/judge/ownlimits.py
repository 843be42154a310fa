"""Limits on what the judge itself computes and holds, so that no answer keeps it busy for long, or fills the machine's memory.

Of time, what counts is the CPU time of the thread that judges, outside of its questions to either side: it waits for nobody
here, and on a busy machine it is not charged for others. A timer of the process's CPU time (`SIGPROF`) looks four times a
second, and raises `TooLong` between two steps of Python. pytest-timeout, by contrast, counts the wall clock of the whole test,
the submission's and the reference's part included, and ends it in the middle of a message, or the process with it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_STEP = 0.25  # seconds of CPU
MEMORY = (
    4 * 2**30
)  # bytes that a judging process may add to its data: dozens of the largest answers, and its data sets twice


class TooLong(BaseException):
    """The judge has computed for longer than one test may take it. No `except Exception` of a suite holds it up."""


class _Elsewhere:
    """What is computed while a side is asked: not counted, and not interrupted, since the wire would lose its place."""

    depth = 0
    seconds = 0.0


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """What runs in the block belongs to a question."""
    started = time.thread_time()
    _Elsewhere.depth += 1
    try:
        yield
    finally:
        _Elsewhere.depth -= 1
        if _Elsewhere.depth == 0:
            _Elsewhere.seconds += time.thread_time() - started


class OwnTime:
    """A context manager: its block raises `TooLong` after `limit` seconds. Windows has no such timer, and no limit."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._armed = self._met = False
        self._started, self._elsewhere = time.thread_time(), _Elsewhere.seconds

    @property
    def seconds(self) -> float:
        """What has been computed so far."""
        return time.thread_time() - self._started - (_Elsewhere.seconds - self._elsewhere)

    def _look(self, *_: object) -> None:
        if self._armed and _Elsewhere.depth == 0 and self.seconds > self.limit:
            self._armed, self._met = False, True  # once: what follows has to be cleaned up in peace
            raise TooLong

    def __enter__(self) -> OwnTime:
        self._started, self._elsewhere = time.thread_time(), _Elsewhere.seconds
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGPROF, self._look)
            signal.siginterrupt(signal.SIGPROF, False)  # nobody's system call is to notice
            self._armed = True
            signal.setitimer(signal.ITIMER_PROF, _STEP, _STEP)
        return self

    def stop(self) -> None:
        """Ends the limit; for whoever the limit may have met at the very end of the block."""
        if self._armed or self._met:
            signal.setitimer(signal.ITIMER_PROF, 0)
        self._armed = False  # the handler stays: a signal that is still on its way would end the process without one

    def __exit__(self, *_: object) -> None:
        self.stop()


def bound_memory(more: int = MEMORY) -> None:
    """From now on this process gets a MemoryError past `more` bytes of data, on top of what it has. Linux only.

    Data, not address space: what CUDA, and each thread, reserve and never use does not count. The limit is the soft one, which
    `cnngrade.sandbox.inside` lifts again in the processes that are started from here.
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = int(fields["VmData"].split()[0]) * 1024 + more
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
