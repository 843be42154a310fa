"""Control groups, version 2: the kernel's own account of a submission's processes, with all that it holds for them itself.

Socket buffers, pipes, page tables and files in memory belong to no process, and so to no count of processes' memory. Where a
group may be made (as root, or in a folder of groups that was delegated to this user, with memory and pids switched on for
those in it), each submission gets one; where not, `watch` counts sockets. No group but our own is ever changed, and no process
but a submission's is moved.
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
)  # bytes: pages shared with the zygote that are written to, and what else no submission is to blame for
_EMPTYING = 1.0  # seconds until killed processes have left
# What of memory.stat the kernel holds; older ones do not add it up under `kernel`.
_KERNEL = ("kernel_stack", "pagetables", "percpu", "slab", "vmalloc")
_numbers = itertools.count()


@functools.cache
def available() -> tuple[Path | None, str]:
    """The folder in which groups can be made, found by making one; or None and why not."""
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
    """Where a group might be made, by what /proc/self/mountinfo and /proc/self/cgroup say: our own group, and all around it."""
    path = next((line[3:] for line in own.splitlines() if line.startswith("0::")), "")
    for line in mounts.splitlines():
        head, _, kind = line.partition(" - ")
        if path and kind.startswith("cgroup2 "):
            root, mount = head.split()[3:5]
            below = Path(path).relative_to(root) if Path(path).is_relative_to(root) else Path()
            around = [Path(mount) / each for each in (below, *below.parents)]
            return list(dict.fromkeys(around))
    return []


def _trial(folder: Path) -> str:
    """The empty string where a process can be moved into a group there, with limits; else why not."""
    try:
        with contextlib.closing(Group(folder, 2**30, 64)) as group:
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
    """Removes the groups of graders that have been killed."""
    for left in folder.glob(f"{_PREFIX}-*-*"):
        owner = left.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists():
            _remove(left)


def grouped(pid: int, most: Allowance) -> Group | None:
    """A group of its own for a process and all that it starts, which may have `most`; None where there can be none."""
    folder, _why = available()
    if folder is None:
        return None
    group = None
    try:
        group = Group(folder, most.memory + 2 * most.scratch + _SLACK, most.processes)
        group.add(pid)
    except OSError:  # as long as it was possible a moment ago, it is not worth a submission's grade
        if group:
            group.close()
        return None
    return group


class Group:
    """A group below `folder`, of at most so many bytes, the kernel's included, and so many processes and threads.

    Raises `OSError` where the kernel refuses.
    """

    def __init__(self, folder: Path, memory: int, processes: int) -> None:
        self.path = folder / f"{_PREFIX}-{os.getpid()}-{next(_numbers)}"
        self.path.mkdir()
        try:
            _write(self.path, "memory.max", memory)
            _write(self.path, "pids.max", processes)
            with contextlib.suppress(OSError):  # where there is no swap, or an older kernel
                _write(self.path, "memory.swap.max", 0)
                _write(self.path, "memory.oom.group", 1)
        except OSError:
            self.close()
            raise

    def add(self, pid: int) -> None:
        """Moves a process into the group; what it starts from now on is in it too."""
        _write(self.path, "cgroup.procs", pid)

    def kernel(self) -> int:
        """Bytes that the kernel holds for the processes, beside their pages and files."""
        found = dict(_numbers_of(_read(self.path / "memory.stat")))
        kernel = found["kernel"] if "kernel" in found else sum(found.get(name, 0) for name in _KERNEL)
        return kernel + found.get("sock", 0)

    def ran_out(self) -> bool:
        """Whether the kernel has ended processes because the group's memory was full."""
        return dict(_numbers_of(_read(self.path / "memory.events"))).get("oom_kill", 0) > 0

    def close(self) -> None:
        """Ends whatever is in the group, and removes it."""
        _remove(self.path)


def _write(group: Path, name: str, value: int) -> None:
    # Not opened for creation: the kernel has made the file, or it is not there.
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
    """Best effort: what cannot be removed is swept by a later run."""
    with contextlib.suppress(OSError):
        _write(path, "cgroup.kill", 1)
    deadline = time.monotonic() + _EMPTYING
    while path.exists() and time.monotonic() < deadline:
        try:
            path.rmdir()
        except OSError:
            time.sleep(0.005)
