"""Namespaces around each submission's process, for a zygote inside bubblewrap.

`nested`: the zygote owns a user and a PID namespace, and forks each child into a PID namespace of the child's own, so that the
end of the child is the end of all that it started. `flat` is for machines that let bubblewrap make namespaces, and what
runs in it none: the zygote is the first process of bubblewrap's PID namespace, has one child at a time, and kills everything
else there when the child is done.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cnngrade.sandbox.inside import confinement
from cnngrade.sandbox.inside.lifeline import end_with_parent


class Nesting(Protocol):
    """How children are kept apart from the zygote and from each other."""

    def fork(self) -> int:
        """As `os.fork`."""

    def confine(self, scratch: tuple[str, ...], size: int, processes: int) -> None:
        """Called in a child: takes away all that student code is not to have."""

    def clean(self) -> None:
        """Ends and removes whatever the children have left."""


class Nested:
    """A PID namespace per child."""

    def __init__(self) -> None:
        self._home = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self) -> int:
        """Forks into a new PID namespace, of which the child is the first process."""
        confinement.unshare(confinement.CLONE_NEWPID)
        if (child := os.fork()) == 0:
            os.close(self._home)
            return 0
        confinement.enter(self._home, confinement.CLONE_NEWPID)
        return child

    def confine(self, scratch: tuple[str, ...], size: int, processes: int) -> None:
        """Everything, with file systems of the child's own on `scratch`."""
        confinement.apply(scratch, size, processes, hidden=("/proc",))

    def clean(self) -> None:
        """Nothing is left: the kernel ends a namespace with its first process."""


class Flat:
    """One child at a time, in the zygote's own PID namespace."""

    def __init__(self, scratch: tuple[str, ...]) -> None:
        if os.getpid() != 1:
            raise OSError("the zygote has to be the first process: a child could end it otherwise")
        self._scratch = scratch
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # else a child could raise KeyboardInterrupt here

    def fork(self) -> int:
        """Forks, when nothing of an earlier child is there any more."""
        self.clean()
        return os.fork()

    def confine(self, scratch: tuple[str, ...], size: int, processes: int) -> None:
        """What needs no namespace; raises `OSError` where the kernel has no Landlock."""
        del size  # bubblewrap has set it
        os.setsid()
        readable = [str(entry) for entry in Path("/").iterdir() if entry.name != "proc"]
        confinement.limit_processes(processes)
        confinement.drop_capabilities()
        if not confinement.lock_down(readable, scratch):
            raise OSError("this kernel has no Landlock, which a sandbox without nesting needs")

    def clean(self) -> None:
        """Kills all others in the namespace, and empties the scratch folders; raises where something resists."""
        while _others():
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            while _reap():
                pass
        _empty(self._scratch)


def _empty(folders: tuple[str, ...]) -> None:
    for entry in [entry for folder in folders for entry in Path(folder).iterdir()]:
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def _others() -> bool:
    return any(entry.name.isdigit() and entry.name != "1" for entry in Path("/proc").iterdir())


def _reap() -> bool:
    try:
        return os.waitpid(-1, 0)[0] > 0
    except ChildProcessError:
        return False


def enter(mode: str, scratch: tuple[str, ...], serve: Callable[[Nesting], None]) -> None:
    """Calls `serve` where children can be forked as `mode` ("nested" or "flat") says; does not return."""
    if os.getuid() == 0:
        _empty(scratch)  # of what torch's import has left there, as root
        confinement.become_nobody()
    if mode == "flat":
        serve(Flat(scratch))
        os._exit(0)
    confinement.enter_own_namespaces(confinement.CLONE_NEWPID)
    if (first := os.fork()) != 0:
        os.closerange(3, 256)  # the control socket above all: its end is how the outside learns of ours
        os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)
    end_with_parent()
    serve(Nested())
    os._exit(0)
