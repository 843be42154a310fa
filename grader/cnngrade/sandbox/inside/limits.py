"""Limits that a process sets on itself before it meets a student's code."""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Callable
from pathlib import Path

from cnngrade.sandbox.inside.wire import Allowance

_OPEN_FILES = 256
_DEEP = 1200  # calls through C, twice as many as Python's recursion limit allows: about 600 KB of stack


def apply(most: Allowance, device: str, own_user: bool) -> Callable[[Allowance], None]:
    """Limits memory (on top of what the process maps now), file sizes, open files and core dumps to `most`.

    Returns a function that sets the limits for the next work, which can be lower. The address space is limited. On a
    GPU the data segment is limited instead, because CUDA reserves far more address space than it uses. Processes are
    limited only if no other process has this user (`own_user`), because otherwise those of the whole session would
    count. Only Linux limits memory this way. Windows has none of these limits, and there only the wall clock holds.
    """
    if sys.platform == "win32":
        return lambda _allowance: None
    import resource

    def lower(kind: int, soft: int, hard: int) -> None:
        _soft, ceiling = resource.getrlimit(kind)
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some limits
            resource.setrlimit(kind, (soft, hard))

    linux = sys.platform.startswith("linux")
    _grow_stack()  # now, while there is room: later a stack that cannot grow would end the process
    space = resource.RLIMIT_AS if device == "cpu" else resource.RLIMIT_DATA
    used = _mapped() if linux else 0

    def allow(allowance: Allowance) -> None:
        if device == "cuda":
            limit_device_memory(allowance.device_memory)
        lower(resource.RLIMIT_FSIZE, allowance.file_size, most.file_size)
        if linux:
            lower(space, used + allowance.memory, used + most.memory)
        if own_user:
            lower(resource.RLIMIT_NPROC, allowance.processes, most.processes)

    lower(resource.RLIMIT_CORE, 0, 0)
    lower(resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES)
    allow(most)
    return allow


def _grow_stack() -> None:
    def descend(deep: int) -> int:
        return deep and max((deep - 1,), key=descend)

    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(usual + 3 * _DEEP)
    with contextlib.suppress(RecursionError):  # some builds of Python have a separate, lower limit for calls through C
        descend(_DEEP)
    sys.setrecursionlimit(usual)


def limit_device_memory(size: int) -> None:
    """Limits what PyTorch takes of the GPU in this process to `size` bytes. The outside watches the rest."""
    import torch

    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, size / total))


def crowded(allowance: Allowance) -> bool:
    """Whether the GPU has less memory left than this process may still take, so that others must have filled it."""
    import torch

    try:
        free, _total = torch.cuda.mem_get_info()
    except RuntimeError:  # too full to answer
        return True
    return free < allowance.device_memory - torch.cuda.memory_reserved()


def reached(error: BaseException, message: str, allowance: Allowance) -> str:
    """Returns in words the limit that an exception with this message reports, or "" if it reports none."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOSPC:
        return f"all files together may have {allowance.scratch / 2**20:.0f} MB"
    if number == errno.EFBIG:
        return f"one file may have {allowance.file_size / 2**20:.0f} MB"
    if number == errno.EMFILE:
        return f"{_OPEN_FILES} files may be open"
    if number == errno.EAGAIN or "can't start new thread" in message:
        return f"{allowance.processes} processes and threads are allowed"
    return ""


_known: list[int] = []


def remember_mapped() -> None:
    """Notes how much this process maps now. `apply` uses it when /proc is gone."""
    _known[:] = [_mapped()]


def _mapped() -> int:
    """Returns the bytes of address space that this process maps now."""
    if _known:
        return _known[0]
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmSize:"):
            return int(line.split()[1]) * 1024
    return 4 * 2**30
