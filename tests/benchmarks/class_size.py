"""What a submission costs in a class of 10, 100, 1,000, 5,000, and whether the grader's memory stays flat.

    python tests/benchmarks/class_size.py [--week week1] [--sizes 10 100 1000] [--workers 2] [--pytest 4]

The class is synthetic: correct samples, the reference with a known mistake made in it, and hostile ones, in turns, without
tasks that train. CPU time is the whole machine's, which should do nothing else (`cost.py`); what is spent once a run (torch,
the suites, the reference's answers, first calls) is told apart by the smallest size. `--pytest N` runs the same suite for N
of them in a `pytest` subprocess each, everything in one process (`pytest_peer.py`), and prints the ratio.
Goal: at 5,000 a submission costs what it does at 50, within 10 %.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
from cost import machine_cpu, told_if_busy

import cnngrade
from cnngrade.course import find_course
from cnngrade.course.mistakes import apply, read_mistakes

REPOSITORY = Path(__file__).resolve().parents[2]
HOSTILE = [
    "import os\nos._exit(0)\n",
    'print(\'{"verdict": "pass"}\' * 1000)\nraise SystemExit(0)\n',
    "import sys\nsys.modules.clear()\n",
    "import os\nfor number in range(100):\n    try: os.write(number, b'pass')\n    except OSError: pass\n",
]


@dataclass
class Cost:
    """Of one class: seconds of CPU and of the clock in all, and the most memory (MB) that the first process has held."""

    size: int
    cpu: float
    wall: float
    memory: float


def submissions(week: str) -> Iterator[dict[str, bytes]]:
    """Files, endlessly: of ten, five correct, four wrong, one hostile."""
    course = find_course(REPOSITORY, REPOSITORY)
    chosen = course.week(week)
    assert chosen.solution is not None
    ours = {name: (chosen.solution / name).read_bytes() for name in chosen.files}
    folder = REPOSITORY / "tests" / "samples" / week / "pass"
    correct = [{p.name: p.read_bytes() for p in each.glob("*.py")} for each in sorted(folder.iterdir())]
    quick = {task.id for task in chosen.tasks if not task.data}
    wrong = [apply(mistake, ours) for mistake in read_mistakes(chosen.mistakes)[0] if mistake.task in quick]
    hostile = [ours | {chosen.files[0]: line.encode() + ours[chosen.files[0]]} for line in HOSTILE]
    turns = [itertools.cycle(each) for each in (correct, wrong, hostile)]
    for number in itertools.count():
        yield next(turns[(0, 1, 0, 1, 0, 1, 0, 1, 0, 2)[number % 10]])


def grade(week: str, size: int, workers: int, folder: Path) -> Cost:
    for number, files in enumerate(itertools.islice(submissions(week), size)):
        place = folder / "class" / f"s{number:05}"
        place.mkdir(parents=True)
        for name, content in files.items():
            (place / name).write_bytes(content)
    course = find_course(REPOSITORY, REPOSITORY)
    tasks = [part for task in course.week(week).tasks if not task.data for part in ("--task", task.id)]
    command = [
        sys.executable, "-m", "cnngrade", "grade", week, str(folder / "class"), "--out", str(folder / "out"),
        "--course", str(REPOSITORY), "--workers", str(workers), "--device", "cpu", *tasks,
    ]  # fmt: skip
    before, started = machine_cpu(), time.monotonic()
    with subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        most: list[float] = [0.0]
        watch = threading.Thread(target=_watch, args=(process, most))
        watch.start()
        code = process.wait()
        watch.join()
    wall = time.monotonic() - started
    assert code in (0, 1), code
    rows = len((folder / "out" / "gradebook.csv").read_text("utf-8").splitlines()) - 1
    assert rows == size, rows
    return Cost(size, machine_cpu() - before, wall, most[0])


def _watch(process: subprocess.Popen[bytes], most: list[float]) -> None:
    """Notes the most memory that the first process has held."""
    while process.poll() is None:
        try:
            most[0] = max(most[0], psutil.Process(process.pid).memory_info().rss / 2**20)
        except psutil.Error:
            return
        time.sleep(0.5)


def by_pytest(week: str, count: int, folder: Path) -> Cost:
    """The same suite by a `pytest` subprocess for each submission, one after the other."""
    hidden = REPOSITORY / "assignments" / week / "hidden"
    before, started = machine_cpu(), time.monotonic()
    for number, files in enumerate(itertools.islice(submissions(week), count)):
        place = folder / f"p{number}"
        place.mkdir()
        for name, content in files.items():
            (place / name).write_bytes(content)
        ours = environment()
        ours["PYTHONPATH"] += f"{os.pathsep}{Path(__file__).parent}"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_peer",
             "--import-mode=importlib", "-c", os.devnull, str(hidden)],
            cwd=place, env=ours | {"PEER_SUBMISSION": str(place), "PEER_WEEK": week},
            capture_output=True, check=False, timeout=600,
        )  # fmt: skip
    return Cost(count, machine_cpu() - before, time.monotonic() - started, 0.0)


def environment() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(cnngrade.__file__).parents[1])}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--week", default="week1")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pytest", type=int, default=4)
    options = parser.parse_args()
    print(told_if_busy())
    costs = []
    print(f"{'size':>6}{'CPU s each':>12}{'wall s each':>12}{'each more':>12}{'memory MB':>11}")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            cost = grade(options.week, size, options.workers, Path(name))
        more = (cost.cpu - costs[0].cpu) / (size - costs[0].size) if costs else float("nan")
        costs.append(cost)
        print(f"{size:6}{cost.cpu / size:12.3f}{cost.wall / size:12.3f}{more:12.3f}{cost.memory:11.0f}", flush=True)
    if options.pytest:
        with tempfile.TemporaryDirectory() as name:
            theirs = by_pytest(options.week, options.pytest, Path(name))
        ours = costs[-1]
        cpu, wall = theirs.cpu / theirs.size, theirs.wall / theirs.size / options.workers
        print(f"a pytest subprocess each: {cpu:.2f} s CPU, {wall:.2f} s by the clock with as many workers: "
              f"{cpu / (ours.cpu / ours.size):.1f} and {wall / (ours.wall / ours.size):.1f} times as much")  # fmt: skip


if __name__ == "__main__":
    main()
