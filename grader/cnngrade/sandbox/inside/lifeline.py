"""Ties a process beside student code to its parent: it ends with the parent, but has none of the parent's limits."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int = 0, connection: int = -1) -> None:
    """Makes the kernel kill this process when its parent dies. Linux only, elsewhere the closed socket ends it.

    A parent that is dead already sends no signal. So its process id is checked, or a socket whose other end it holds.
    Call this before any student code runs, and again after a fork, because a fork does not inherit it.
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
    """Removes the limit of memory that a judging process has set for itself. The limits of a submission are set later."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
