"""What `cnngrade check week2` costs without the tasks that train, against importing torch and torchvision.

    python tests/benchmarks/check_time.py [--runs 5]

Goal: at most twice the import's wall time plus 3 s, and less than 1.5 GB for the worker. Both sides run in turn.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]
IMPORT = [sys.executable, "-c", "import torch, torchvision"]
CHECK = [sys.executable, "-m", "cnngrade", "check", "week2", "--no-training", "--course", str(REPOSITORY)]


def timed(command: list[str]) -> tuple[float, float]:
    """(wall seconds, largest resident memory of a worker in MB) of one run."""
    started, largest = time.monotonic(), 0.0
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = threading.Event()

    def watch() -> None:
        nonlocal largest
        parent = psutil.Process(process.pid)
        while not done.wait(0.05):
            try:
                for child in parent.children(recursive=True):
                    if "cnngrade.sandbox.inside.worker" in child.cmdline():
                        largest = max(largest, child.memory_info().rss / 2**20)
            except psutil.Error:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    done.set()
    watcher.join()
    return time.monotonic() - started, largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    check = [*CHECK, "--submission", str(REPOSITORY / "solutions" / "week2")]
    timed(IMPORT)
    imports, checks, memory = [], [], []
    for _ in range(runs):
        imports.append(timed(IMPORT)[0])
        wall, largest = timed(check)
        checks.append(wall)
        memory.append(largest)
    one, other = statistics.median(imports), statistics.median(checks)
    print(f"import torch, torchvision: {one:.2f} s (median of {runs})")
    goal = 2 * one + 3
    print(f"check week2 --no-training: {other:.2f} s; the goal is {goal:.2f} s, the ratio to it {other / goal:.2f}")
    print(f"the worker's memory: {max(memory):.0f} MB at most; the goal is below 1500 MB")


if __name__ == "__main__":
    main()
