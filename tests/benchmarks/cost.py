"""CPU time of the whole machine, for benchmarks on one that does nothing else.

What processes are charged for misses most of a sandbox: the kernel forgets the time of what ends with its PID namespace. The
machine's own counters miss nothing, and count whatever else runs; so first see what it does when it should be idle.
"""

from __future__ import annotations

import time

import psutil

_LOOK = 2.0  # seconds


def machine_cpu() -> float:
    """Seconds of CPU, of all cores together, that this machine has spent on anything since it started."""
    spent = psutil.cpu_times()
    return float(spent.user + spent.nice + spent.system + spent.irq + spent.softirq)


def told_if_busy() -> str:
    """A line for the output: how busy the machine is without us, in cores."""
    before = machine_cpu()
    time.sleep(_LOOK)
    busy = (machine_cpu() - before) / _LOOK
    return f"the machine without us: {busy:.2f} cores busy" + (", TOO BUSY to measure on" if busy > 0.1 else "")
