"""Watches a submission's processes from outside: what they use of memory, CPU, processes, scratch space and output.

The process limits itself too, but these limits hold for each of its processes alone. Here the use of the whole tree is
added up, and the student's code cannot change the sum.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnngrade.records.report import Verdict
from cnngrade.sandbox.inside.wire import Allowance

_MB = 2**20
_FREE_SOCKETS = 64  # of a network namespace, for ordinary use
_CONTEXT = 1024 * _MB  # GPU memory that CUDA and its libraries take for each process


@dataclass(frozen=True)
class Excess:
    """A limit that was exceeded: its verdict, and a text that says which limit and by how much."""

    verdict: Verdict
    text: str


@dataclass(frozen=True, eq=False)
class _Work:
    """One piece of work. Only its identity distinguishes it from others."""

    allowance: Allowance


class Watch:
    """Adds up what the processes in `processes` use, from `begin` on."""

    def __init__(
        self,
        processes: Callable[[], list[int]],
        scratch: list[str],
        printed: Callable[[], int],
        gpu: bool,
        kernel: Callable[[], int],
    ) -> None:
        self._processes, self._scratch, self._printed, self._gpu = processes, scratch, printed, gpu
        self._kernel = kernel  # returns the bytes that the kernel holds for the processes
        # Memory of Python and torch, which is shared with the zygote and does not count for the submission.
        self._torch = sum(map(resident, processes()))
        self._work: _Work | None = None
        # The last work that `excess` has seen, and the CPU time that was used when it first saw this work.
        self._known: tuple[_Work, float] | None = None

    def begin(self, allowance: Allowance) -> None:
        """Begins new work, which may use `allowance`.

        This takes no time, because most work is done before the first look.
        """
        self._work = _Work(allowance)

    def excess(self) -> Excess | None:
        """Returns the first limit that has been exceeded, or None.

        It takes well under a millisecond until memory is nearly used up. CPU time counts from the first look at the
        work.
        """
        if (work := self._work) is None:  # nothing is asked at the moment
            return None
        most, processes = work.allowance, self._processes()
        used = cpu_seconds(processes)
        if self._known is None or self._known[0] is not work:
            self._known = work, used
        if (cpu := used - self._known[1]) > most.cpu_seconds:
            return Excess(Verdict.TIMEOUT, f"used {cpu:.1f} s of CPU time; the limit is {most.cpu_seconds:.3g} s")
        if len(processes) > most.processes:
            return Excess(Verdict.CRASH, f"started {len(processes)} processes; the limit is {most.processes}")
        if (printed := self._printed()) > most.printed:
            return Excess(Verdict.CRASH, f"printed {printed / _MB:.0f} MB; the limit is {most.printed / _MB:.0f} MB")
        if (written := sum(map(occupied, self._scratch))) > most.scratch:
            text = f"wrote files of {written / _MB:.0f} MB; the limit is {most.scratch / _MB:.0f} MB"
            return Excess(Verdict.CRASH, text)
        if self._gpu and (taken := device_memory(processes)) > most.device_memory + _CONTEXT:
            text = f"used {taken / _MB:.0f} MB of the GPU's memory; the limit is {most.device_memory / _MB:.0f} MB"
            return Excess(Verdict.MEMORY, text)
        kernel = self._kernel()
        if sum(map(resident, processes)) + kernel <= most.memory + self._torch:
            return None
        # The exact sum, in which shared memory counts once. It is slow, so it comes only after the quick one.
        used = sum(map(proportional, processes)) - self._torch + kernel
        if used <= most.memory:
            return None
        there = f", {kernel / _MB:.0f} of them in the kernel" if kernel > _MB else ""
        limit = f"the limit is {most.memory / _MB:.0f} MB"
        return Excess(Verdict.MEMORY, f"used {used / _MB:.0f} MB of memory{there}; {limit}")


def tree(pid: int) -> Iterator[int]:
    """Yields a process and all that it started, by their numbers outside."""
    yield pid
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  (called many times a second, as below)
            for child in _read(f"/proc/{pid}/task/{task}/children").split():
                yield from tree(int(child))


def cpu_seconds(processes: list[int]) -> float:
    """Returns the CPU time that the processes have used, with that of children they have waited for."""
    total = 0
    for pid in processes:
        with contextlib.suppress(OSError, ValueError):  # the process may have ended
            # The name of the command comes first, in brackets, and may hold blanks and brackets itself.
            fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            total += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime: see proc(5)
    return total / os.sysconf("SC_CLK_TCK")


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        return file.read()


def buffers(pid: int) -> int:
    """Returns the bytes that the sockets of a process's network namespace may hold in the kernel. A few sockets are free.

    Sockets count by their number, open or in flight, as if each were full, because their contents can only be seen from
    inside.
    """
    try:
        words = _read(f"/proc/{pid}/net/sockstat").split()
        return max(0, int(words[2]) - _FREE_SOCKETS) * _buffer()
    except (OSError, IndexError, ValueError):
        return 0


@functools.cache
def _buffer() -> int:
    """Returns the bytes that a new socket can hold. `confinement` lets no process make it larger."""
    try:
        return int(_read("/proc/sys/net/core/wmem_default"))
    except (OSError, ValueError):
        return 212_992  # the kernel's default


def occupied(path: str) -> int:
    """Returns the bytes in use in the file system at `path`, or 0 if it cannot be seen."""
    try:
        space = os.statvfs(path)
    except OSError:
        return 0
    return (space.f_blocks - space.f_bfree) * space.f_frsize


def resident(pid: int) -> int:
    """Returns the bytes of memory that a process has in RAM, including what it shares with others."""
    try:
        return int(_read(f"/proc/{pid}/statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def proportional(pid: int) -> int:
    """Returns the bytes of memory that a process has in RAM, with each shared page divided by the number of its users."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()  # Pss: the proportional set size
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


@functools.cache
def _nvml() -> Any:
    """Returns NVIDIA's library, initialised. Returns None if it is not installed, or finds no driver."""
    try:
        import pynvml

        pynvml.nvmlInit()
    except ImportError:
        return None
    except pynvml.NVMLError:
        return None
    return pynvml


def device_memory(processes: list[int]) -> int:
    """Returns the bytes that the processes hold on all GPUs. Without NVIDIA's library this is unknown, and 0 is returned."""
    if (pynvml := _nvml()) is None:
        return 0
    total = 0
    try:
        for index in range(pynvml.nvmlDeviceGetCount()):
            for used in pynvml.nvmlDeviceGetComputeRunningProcesses(pynvml.nvmlDeviceGetHandleByIndex(index)):
                # None where the driver does not say how much a process uses.
                total += (used.usedGpuMemory or 0) if used.pid in processes else 0
    except pynvml.NVMLError:
        return 0
    return total
