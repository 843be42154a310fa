"""Finds out whether the sandbox works on this machine: does what the zygote does, with a child that does nothing."""

from __future__ import annotations

import os
import sys

from cnngrade.sandbox.inside import nesting


def main() -> None:
    """Runs `python -m cnngrade.sandbox.inside trial nested|flat SCRATCH`. Its exit status is 0 if it works."""
    mode, scratch = sys.argv[1], (sys.argv[2], "/dev/shm")

    def serve(ways: nesting.Nesting) -> None:
        if (child := ways.fork()) == 0:
            ways.confine(scratch, 2**20, 64)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        ways.clean()
        os._exit(status & 0xFF)

    nesting.enter(mode, scratch, serve)
