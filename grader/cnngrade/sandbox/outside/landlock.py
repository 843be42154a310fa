"""A fresh process that cannot read the course: Landlock and seccomp, which need no privilege and no installation.

Covered, besides what `process` covers: the process can read the Python environment and the system's libraries, write
its own temporary folder, and open only Unix sockets. Rare system calls are refused, and those that change a file's
mode, owner or times. Not covered: it sees other processes of the same user, can signal them before Linux 6.12, and
processes that it starts can leave its process group.
"""

from __future__ import annotations

import sys

from cnngrade.sandbox.outside.process import INSIDE, PACKAGE_ROOT, SYSTEM, FreshProcess, python_folders

_GPU = ("/dev", "/proc", "/sys")


def available() -> str:
    """Returns "" if the kernel has Landlock, and otherwise why it cannot be used."""
    if not sys.platform.startswith("linux"):
        return "needs Linux"
    from cnngrade.sandbox.inside import confinement

    return "" if confinement.has_landlock() else "needs Linux 5.13 or newer with Landlock enabled"


class Landlocked(FreshProcess):
    """Starts a fresh process per submission that locks itself down before it meets the submission."""

    name = "landlock"

    def __init__(self, device: str = "cpu") -> None:
        super().__init__(device)
        gpu = _GPU if device != "cpu" else ()
        ours = (PACKAGE_ROOT / name for name in INSIDE)
        # The worker gets the readable folders as arguments, and locks itself down to them.
        self._arguments = (*SYSTEM, *gpu, *map(str, (*python_folders(), *ours)))
