"""What it costs to isolate a submission: a child of the sandbox's zygote against a fresh process per submission.

    python tests/benchmarks/isolation.py [--runs 100] [--fresh 10] [--row 1000] [--first]

Each run starts a process, sends it a submission of one file, asks a trivial probe, and ends it; the two sides take turns.
Wall time runs from the request for a process to the first answer, and through the teardown. CPU time is this process's and
that of all that worked for the submission. A sandbox's child is counted by the zygote when it has ended, in hundredths of a
second: what its end cost is known over all runs only, and spread evenly. What the kernel's own threads do afterwards (freeing
namespaces) belongs to no process, and is not in it.
With `--first` (as root) all of it runs before every other program: wall times on a busy machine are then those of an idle one.
Goals: the sandbox takes at most 45 ms CPU and 100 ms wall at the 95th percentile, and a fresh process 40 times its CPU.
Then `--row` submissions one after the other: memory and open files of this process and of the zygote stay flat.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from cnngrade.course.assignment import Limits
from cnngrade.judge.session import Ask, Session
from cnngrade.sandbox.outside.interface import Isolation
from cnngrade.sandbox.outside.process import FreshProcess
from cnngrade.sandbox.outside.sandbox import Sandbox, available
from cnngrade.sandbox.outside.watch import tree

FILES = {"a.py": b"def run(): return 1"}
LIMITS = Limits(seconds=10, memory_mb=1500, output_kb=64)
CPU_GOAL, WALL_GOAL, RATIO_GOAL = 0.045, 0.100, 40


@dataclass
class Cost:
    """One submission's, in seconds."""

    answer: float  # of wall time, until the first answer
    teardown: float  # of wall time
    cpu: float

    @property
    def wall(self) -> float:
        return self.answer + self.teardown


def submission(isolation: Isolation, at_answer: Callable[[], float] = lambda: 0.0) -> Cost:
    """Judges one, at the CPU time of this process and what `at_answer` tells, which itself is not counted."""
    cpu, started = time.process_time(), time.monotonic()
    with Session(isolation, FILES, ["a.py"], "", LIMITS) as session:
        assert session.ask(Ask("call", ["a.py:run"], {}, seed=0, seconds=60)) == 1
        answered, spent = time.monotonic(), time.process_time() - cpu
        spent += at_answer()
        cpu, ending = time.process_time(), time.monotonic()
    return Cost(answered - started, time.monotonic() - ending, spent + time.process_time() - cpu)


def clock(pid: int) -> float:
    """The CPU time of a living process, to the nanosecond."""
    return time.clock_gettime(~pid << 3 | 2)  # the number that clock_getcpuclockid(3) gives


class Zygote:
    """The process inside bubblewrap that forks the children, seen from here."""

    def __init__(self, sandbox: Sandbox) -> None:
        (known,) = sandbox._zygotes
        time.sleep(1)  # until the last child has ended: now the zygote is the last of bubblewrap's chain
        self.process = psutil.Process(list(tree(known.process.pid))[-1])
        self.lived = 0.0  # CPU time of the children before their ends
        self._ended = self._of_ended()

    def _of_ended(self) -> float:
        times = self.process.cpu_times()
        return float(times.children_user + times.children_system)

    def of_children(self) -> float:
        """CPU time of the children there are."""
        living = sum(map(clock, list(tree(self.process.pid))[1:]))
        self.lived += living
        return living

    def of_ends(self) -> float:
        """CPU time of the children's ends since the beginning."""
        return self._of_ended() - self._ended - self.lived

    def settle(self) -> None:
        """Waits until the last child has been reaped."""
        while self.process.children():
            time.sleep(0.01)


def reaped() -> float:
    """CPU time of this process's own children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_turn(runs: int, fresh_runs: int) -> tuple[list[Cost], list[Cost]]:
    """The costs of a submission in the sandbox and in a fresh process: many of the one, then one of the other."""
    sandboxed: list[Cost] = []
    fresh: list[Cost] = []
    with Sandbox() as sandbox, FreshProcess() as process:
        submission(sandbox)  # waits for the zygote
        zygote = Zygote(sandbox)
        for number in range(runs):
            before = clock(zygote.process.pid)
            sandboxed.append(submission(sandbox, zygote.of_children))
            zygote.settle()
            sandboxed[-1].cpu += clock(zygote.process.pid) - before
            if len(fresh) < fresh_runs * (number + 1) / runs:
                before = reaped()
                fresh.append(submission(process))
                fresh[-1].cpu += reaped() - before
        of_one_end = zygote.of_ends() / runs
    for cost in sandboxed:
        cost.cpu += of_one_end
    return sandboxed, fresh


def row(count: int) -> None:
    """Prints what this process and the zygote hold while `count` submissions come one after the other."""
    with Sandbox() as sandbox:
        submission(sandbox)
        zygote = Zygote(sandbox)
        for number in range(count + 1):
            if number % max(1, count // 10) == 0:
                zygote.settle()
                told = [
                    f"{name} {process.memory_info().rss / 2**20:.1f} MB, {process.num_fds()} open files"
                    for name, process in (("the grader", psutil.Process()), ("the zygote", zygote.process))
                ]
                print(f"after {number:5}: {'; '.join(told)}", flush=True)
            if number < count:
                submission(sandbox)


def percentile(values: Sequence[float], of_hundred: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[of_hundred - 1]


def tell(name: str, costs: list[Cost]) -> tuple[float, float]:
    """Prints one side; returns the 95th percentiles of CPU and wall time."""
    print(f"{name}, {len(costs)} submissions: median and 95th percentile")
    ends = []
    for what in ("answer", "teardown", "wall", "cpu"):
        values = [1000 * getattr(cost, what) for cost in costs]
        ends.append(percentile(values, 95) / 1000)
        print(f"  {what:8} {statistics.median(values):9.1f} {percentile(values, 95):9.1f} ms")
    return ends[3], ends[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--fresh", type=int, default=10)
    parser.add_argument("--row", type=int, default=1000)
    parser.add_argument("--first", action="store_true")
    options = parser.parse_args()
    if why := available():
        raise SystemExit(f"no sandbox on this machine: {why}")
    if options.first:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    sandboxed, fresh = in_turn(options.runs, options.fresh)
    cpu, wall = tell("sandbox", sandboxed)
    tell("fresh process", fresh)
    ratio = statistics.median(cost.cpu for cost in fresh) / statistics.median(cost.cpu for cost in sandboxed)
    for what, found, goal in (("CPU", cpu, CPU_GOAL), ("wall", wall, WALL_GOAL)):
        verdict = "reached" if found <= goal else "MISSED"
        print(f"{what} of the sandbox at the 95th percentile: {1000 * found:.1f} ms; goal {1000 * goal:.0f}: {verdict}")
    verdict = "reached" if ratio >= RATIO_GOAL else "MISSED"
    print(f"CPU of a fresh process is {ratio:.0f} times the sandbox's (medians); goal {RATIO_GOAL}: {verdict}")
    row(options.row)


if __name__ == "__main__":
    main()
