"""Limits that a process sets on itself before it meets a student's code."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

_FILE_SIZE = 256 * 2**20  # bytes; the largest file that a submission may write
_OPEN_FILES = 256


def apply(memory: int, device: str) -> Callable[[int], None]:
    """Limits memory to `memory` bytes on top of what the process maps now, and file sizes, open files and core dumps.

    Returns a function that sets a lower memory limit for the work to come. Address space is what is limited: CUDA
    reserves far more of it than it uses, so on a GPU the data segment is limited instead. Only Linux limits memory this
    way; Windows has none of these limits, and there only the wall clock holds.
    """
    if sys.platform == "win32":
        return lambda _memory: None
    import resource

    def lower(kind: int, soft: int, hard: int) -> None:
        _soft, ceiling = resource.getrlimit(kind)
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some limits
            resource.setrlimit(kind, (soft, hard))

    lower(resource.RLIMIT_CORE, 0, 0)
    lower(resource.RLIMIT_FSIZE, _FILE_SIZE, _FILE_SIZE)
    lower(resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES)
    if not sys.platform.startswith("linux"):
        return lambda _memory: None
    kind = resource.RLIMIT_AS if device == "cpu" else resource.RLIMIT_DATA
    used = _mapped()
    lower(kind, used + memory, used + memory)
    return lambda memory_now: lower(kind, used + memory_now, used + memory)


_known: list[int] = []


def remember_mapped() -> None:
    """Notes what this process maps now, for `apply` to build on when /proc has gone."""
    _known[:] = [_mapped()]


def _mapped() -> int:
    """Bytes of address space that this process maps now."""
    if _known:
        return _known[0]
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmSize:"):
            return int(line.split()[1]) * 1024
    return 4 * 2**30
