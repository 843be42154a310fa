"""Takes the machine for itself: priority, affinity, limits of other processes; expected: missing, 0 points. Guard: pid <= 5."""
import os
import resource


def raise_limit(kind):
    _soft, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        hard += 1
    resource.setrlimit(kind, (hard, hard))


if os.getpid() <= 5:
    for attempt in (
        lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
        lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
        lambda: raise_limit(resource.RLIMIT_NPROC),
        lambda: raise_limit(resource.RLIMIT_FSIZE),
    ):
        try:
            attempt()
            print("BREACH: a limit or a priority could be raised")
        except (OSError, ValueError):
            continue
    for pid in range(2, 200):
        try:
            resource.prlimit(pid, resource.RLIMIT_CPU, (0, 0))
            print(f"BREACH: limits of process {pid} can be changed")
        except (OSError, ValueError):
            continue
