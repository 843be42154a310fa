"""CPU time of the whole machine, for benchmarks on one that does nothing else.

What processes are charged for misses most of a sandbox: the kernel forgets the time of what ends with its PID namespace. The
machine's own counters miss nothing, and count whatever else runs; so first see what it does when it should be idle.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil

import cnngrade

_LOOK = 2.0  # seconds


def environment(python: str = sys.executable) -> dict[str, str]:
    """One thread each, as a grader that runs one process per core gives; `python` with the commands beside it."""
    path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(cnngrade.__file__).parents[1]), "PATH": path}


def machine_cpu() -> float:
    """Seconds of CPU, of all cores together, that this machine has spent on anything since it started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)


class Spent(NamedTuple):
    """Seconds."""

    cpu: float  # of the whole machine
    wall: float


def spent(work: Callable[[], object]) -> Spent:
    """What the machine spends while `work` is done."""
    before, started = machine_cpu(), time.monotonic()
    work()
    return Spent(machine_cpu() - before, time.monotonic() - started)


def told_if_busy() -> str:
    """A line for the output: how busy the machine is without us, in cores."""
    before = machine_cpu()
    time.sleep(_LOOK)
    busy = (machine_cpu() - before) / _LOOK
    return f"the machine without us: {busy:.2f} cores busy" + (", TOO BUSY to measure on" if busy > 0.1 else "")
