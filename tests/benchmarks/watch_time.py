"""From a saved file to the verdict: `check --watch` against a `check` of its own for each task without training.

Run it as `python tests/benchmarks/watch_time.py [WEEK ...]`. Each task of the reference is checked as --watch does it, and the
first one also by `cnngrade check --task`; it prints both sides, the ratio, and the slowest task.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from cnngrade.course import find_course
from cnngrade.events import result
from cnngrade.sandbox.outside.forkserver import warm
from cnngrade.services.watch import prepare
from cnngrade.submissions import read_submission

REPOSITORY = Path(__file__).resolve().parents[2]
ALLOWED = 2.0  # seconds


def main(weeks: list[str]) -> None:
    course = find_course(REPOSITORY)
    if not weeks:  # each in a process of its own, as a student's is
        for name in course.weeks:
            subprocess.run([sys.executable, __file__, name], check=True)
        return
    slowest = ("", 0.0)
    for name in weeks:
        week = course.week(name)
        assert week.solution
        submission = read_submission(week.solution, name, week.files)
        with warm("cpu") as isolation:
            checking = result(prepare(course, week, [], isolation, "cpu", None))
            checking.check(submission, [checking.tasks[0].id], "warm")
            for task in checking.tasks:
                started = time.perf_counter()
                checking.check(submission, [task.id], task.id)
                seconds = time.perf_counter() - started
                slowest = max(slowest, (f"{name} {task.id}", seconds), key=lambda pair: pair[1])
                print(f"{name} {task.id:28} {seconds:6.2f} s")
        command = ["check", name, "--submission", week.solution, "--course", REPOSITORY, "--task", checking.tasks[0].id]
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "cnngrade", *map(str, command)], capture_output=True, check=True)
        alone = time.perf_counter() - started
        print(f"{name} {checking.tasks[0].id:28} {alone:6.2f} s by `check` alone")
    print(f"slowest: {slowest[0]} in {slowest[1]:.2f} s, {slowest[1] / ALLOWED:.2f} of the {ALLOWED:g} s allowed")
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores")


if __name__ == "__main__":
    main(sys.argv[1:])
