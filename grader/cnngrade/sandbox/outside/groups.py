"""Control groups, version 2: the kernel counts what a submission's processes use, with the memory that it holds for them.

Socket buffers, pipes, page tables and files in memory belong to no process, so no count of processes' memory includes
them. Each submission gets a group if groups can be made: as root, or in a folder of groups that was delegated to this
user, with memory and pids switched on. Otherwise `watch` counts sockets. Only our own groups are changed, and only
processes of submissions are moved.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from cnngrade.sandbox.inside.wire import Allowance

_PREFIX = "cnngrade"
_NEEDED = ("memory", "pids")
_SLACK = (
    512 * 2**20
)  # bytes: for pages shared with the zygote, which writing copies, and other memory that is not the submission's fault
_EMPTYING = 1.0  # seconds that killed processes may take to leave
# The kernel's own memory in memory.stat, for older kernels without the sum `kernel`.
_KERNEL = ("kernel_stack", "pagetables", "percpu", "slab", "vmalloc")
_numbers = itertools.count()


@functools.cache
def available() -> tuple[Path | None, str]:
    """Returns the folder in which groups can be made, or None and the reason. It tries to make a group."""
    if not sys.platform.startswith("linux"):
        return None, "needs Linux"
    try:
        folders = places(Path("/proc/self/mountinfo").read_text(), Path("/proc/self/cgroup").read_text())
    except OSError as error:
        return None, f"/proc says nothing ({error.strerror})"
    if not folders:
        return None, "no control groups of version 2 are mounted"
    lacking = "memory and pids are not switched on for new groups"
    for folder in folders:
        if not set(_NEEDED) <= set(_read(folder / "cgroup.subtree_control").split()):
            continue
        if not (lacking := _trial(folder)):
            _sweep(folder)
            return folder, ""
    return None, lacking


def places(mounts: str, own: str) -> list[Path]:
    """Returns where a group might be made: our own group and those around it.

    `mounts` is the text of /proc/self/mountinfo, and `own` that of /proc/self/cgroup.
    """
    path = next((line[3:] for line in own.splitlines() if line.startswith("0::")), "")
    for line in mounts.splitlines():
        head, _, kind = line.partition(" - ")
        if path and kind.startswith("cgroup2 "):  # see proc(5) for the format of the line
            root, mount = head.split()[3:5]
            # In a container, only a part of the tree is mounted.
            below = Path(path).relative_to(root) if Path(path).is_relative_to(root) else Path()
            around = [Path(mount) / each for each in (below, *below.parents)]
            return list(dict.fromkeys(around))
    return []


def _trial(folder: Path) -> str:
    """Returns "" if a process can be moved into a group with limits there, and otherwise the reason."""
    try:
        with contextlib.closing(Group(folder, 2**30, 64)) as group:
            # Making a group is not enough: moving a process into it may need more rights.
            process = subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL)
            try:
                group.add(process.pid)
            finally:
                process.kill()
                process.wait()
    except OSError as error:
        return f"a group cannot be made ({error.strerror})"
    return ""


def _sweep(folder: Path) -> None:
    """Removes the groups of graders that were killed."""
    for left in folder.glob(f"{_PREFIX}-*-*"):
        owner = left.name.split("-")[1]
        # A grader that still runs beside this one keeps its groups.
        if owner.isdigit() and not Path("/proc", owner).exists():
            _remove(left)


def grouped(pid: int, most: Allowance) -> Group | None:
    """Makes a group for a process and all that it starts, with the limits `most`. Returns None if there can be no group."""
    folder, _why = available()
    if folder is None:
        return None
    group = None
    try:
        # Twice the scratch space, because files in /dev/shm and in the scratch folder are memory too.
        group = Group(folder, most.memory + 2 * most.scratch + _SLACK, most.processes)
        group.add(pid)
    except OSError:  # groups worked in the trial, so this is a passing failure: the submission is graded without one
        if group:
            group.close()
        return None
    return group


class Group:
    """A group below `folder`, with a limit of bytes, which counts the kernel's too, and of processes and threads.

    Raises `OSError` if the kernel refuses.
    """

    def __init__(self, folder: Path, memory: int, processes: int) -> None:
        self.path = folder / f"{_PREFIX}-{os.getpid()}-{next(_numbers)}"
        self.path.mkdir()
        try:
            _write(self.path, "memory.max", memory)
            _write(self.path, "pids.max", processes)
            with contextlib.suppress(OSError):  # missing without swap, and on older kernels
                _write(self.path, "memory.swap.max", 0)
                _write(self.path, "memory.oom.group", 1)  # ends all processes together, not only one of them
        except OSError:
            self.close()
            raise

    def add(self, pid: int) -> None:
        """Moves a process into the group. Processes that it starts from now on are in it too."""
        _write(self.path, "cgroup.procs", pid)

    def kernel(self) -> int:
        """Returns the bytes that the kernel holds for the processes, beside their pages and files."""
        found = dict(_numbers_of(_read(self.path / "memory.stat")))
        kernel = found["kernel"] if "kernel" in found else sum(found.get(name, 0) for name in _KERNEL)
        return kernel + found.get("sock", 0)

    def ran_out(self) -> bool:
        """Whether the kernel has ended processes because the group's memory was full."""
        return dict(_numbers_of(_read(self.path / "memory.events"))).get("oom_kill", 0) > 0

    def close(self) -> None:
        """Ends all processes in the group, and removes it."""
        _remove(self.path)


def _write(group: Path, name: str, value: int) -> None:
    # Without O_CREAT: the kernel has made the file, or it is missing.
    descriptor = os.open(group / name, os.O_WRONLY)
    try:
        os.write(descriptor, f"{value}\n".encode())
    finally:
        os.close(descriptor)


def _numbers_of(text: str) -> Iterator[tuple[str, int]]:
    for line in text.splitlines():
        name, _, number = line.partition(" ")
        if number.isdigit():
            yield name, int(number)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _remove(path: Path) -> None:
    """Removes a group if possible. A later run sweeps what remains."""
    with contextlib.suppress(OSError):
        _write(path, "cgroup.kill", 1)
    deadline = time.monotonic() + _EMPTYING
    while path.exists() and time.monotonic() < deadline:
        try:
            path.rmdir()
        except OSError:  # killed processes leave the group only after a moment
            time.sleep(0.005)
