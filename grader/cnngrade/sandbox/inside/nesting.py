"""Namespaces around each submission's process, for a zygote inside bubblewrap.

`nested`: the zygote owns a user and a PID namespace, and forks each child into a new PID namespace. So when the child
ends, all that it started ends too. `flat` is for machines that let bubblewrap make namespaces, but not the programs in
it. There the zygote is the first process of bubblewrap's PID namespace, has one child at a time, and kills all other
processes there when the child is done.
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
        """Forks as `os.fork` does."""

    def confine(self, scratch: tuple[str, ...], size: int, processes: int) -> None:
        """Takes away all that student code must not have. Called in a child."""

    def clean(self) -> None:
        """Ends and removes all that the children have left."""


class Nested:
    """A PID namespace for each child."""

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
        """Confines the child completely, with its own file systems on `scratch`."""
        confinement.apply(scratch, size, processes, hidden=("/proc",))

    def clean(self) -> None:
        """Does nothing, because the kernel ends a namespace with its first process."""


class Flat:
    """One child at a time, in the zygote's own PID namespace."""

    def __init__(self, scratch: tuple[str, ...]) -> None:
        if os.getpid() != 1:
            raise OSError("the zygote has to be the first process: a child could end it otherwise")
        self._scratch = scratch
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # otherwise a child could raise KeyboardInterrupt here

    def fork(self) -> int:
        """Removes what an earlier child has left, and then forks."""
        self.clean()
        return os.fork()

    def confine(self, scratch: tuple[str, ...], size: int, processes: int) -> None:
        """Applies what needs no namespace. Raises `OSError` if the kernel has no Landlock."""
        del size  # bubblewrap has limited the size already
        os.setsid()
        readable = [str(entry) for entry in Path("/").iterdir() if entry.name != "proc"]
        confinement.limit_processes(processes)
        confinement.drop_capabilities()
        if not confinement.lock_down(readable, scratch):
            raise OSError("this kernel has no Landlock, which a sandbox without nesting needs")

    def clean(self) -> None:
        """Kills all others in the namespace, and empties the scratch folders. Raises an error if this fails."""
        while _others():  # repeated, because a process may fork while it is killed
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            while _reap():  # killed processes stay visible until they are reaped
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
    """Calls `serve` in a process that can fork children as `mode` ("nested" or "flat") says. Does not return."""
    if os.getuid() == 0:
        _empty(scratch)  # removes what the import of torch has left there as root
        confinement.become_nobody()
    if mode == "flat":
        serve(Flat(scratch))
        os._exit(0)
    confinement.enter_own_namespaces(confinement.CLONE_NEWPID)
    if (first := os.fork()) != 0:
        os.closerange(3, 256)  # above all the control socket: when it closes, the outside learns that we have ended
        os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)
    end_with_parent()
    serve(Nested())
    os._exit(0)
