"""A task's limits as the wire carries them."""

from __future__ import annotations

from cnngrade.course.assignment import Limits
from cnngrade.sandbox.inside.wire import Allowance


def allowance_of(limits: Limits) -> Allowance:
    """Returns what the work on one question may cost."""
    return Allowance(
        limits.cpu_seconds,
        limits.memory_mb * 2**20,
        limits.processes,
        limits.file_mb * 2**20,
        limits.scratch_mb * 2**20,
        limits.printed_mb * 2**20,
        limits.gpu_memory_mb * 2**20,
    )
