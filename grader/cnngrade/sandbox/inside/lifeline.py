"""What a process beside student code inherits from its parent: its end, however that happens, and none of its limits."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int = 0, connection: int = -1) -> None:
    """From now on the kernel kills this process when its parent dies. Linux only; elsewhere the closed socket has to tell.

    A parent that has died already sends no signal: its process id, or a socket whose other end it holds, tells that.
    To be called before anything of a student's runs, and again after a fork, which does not pass it on.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if parent and os.getppid() != parent:
        os._exit(1)
    if connection >= 0:
        hung_up = select.poll()
        hung_up.register(connection, 0)
        if hung_up.poll(0):
            os._exit(1)


def lift_limits() -> None:
    """Takes back the limit of memory that a judging process has for itself: what a submission may have is set later."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
