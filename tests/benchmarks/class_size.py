"""What a submission costs in a class of 10, 100, 1,000, 5,000, and whether the grader's memory stays flat.

    python tests/benchmarks/class_size.py [--week week1] [--sizes 10 100 1000] [--workers 2] [--peers 10] [--peer-python PATH]

The class is synthetic: correct samples, the reference with a known mistake made in it, and hostile ones, in turns, without
tasks that train. CPU time is the whole machine's, which should do nothing else (`cost.py`); what is spent once a run (torch,
the suites, the reference's answers, first calls) is told apart by the smallest size. The same suite is run for the first
`--peers` of them with everything in one process (`pytest_peer.py`), one after the other: by a `pytest` subprocess each, and
in a notebook's kernel, by otter-grader and nbgrader under `--peer-python` (`notebook_graders.py`). There it is one check for
the whole week, which is the least that these can spend on it; their wall time is divided by the workers.
Goal: at 5,000 a submission costs what it does at 50, within 10 %.
"""

from __future__ import annotations

import argparse
import csv
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
from cost import Spent, environment, machine_cpu, spent, told_if_busy
from notebook_graders import installed

from cnngrade.course import find_course
from cnngrade.course.mistakes import apply, read_mistakes

REPOSITORY = Path(__file__).resolve().parents[2]
HOSTILE = [
    "import os\nos._exit(0)\n",
    'print(\'{"verdict": "pass"}\' * 1000)\nraise SystemExit(0)\n',
    "import sys\nsys.modules.clear()\n",
    "import os\nfor number in range(100):\n    try: os.write(number, b'pass')\n    except OSError: pass\n",
]
PASSES = "pytest_peer.passes()"


@dataclass
class Cost:
    """Of one class: seconds of CPU and of the clock in all, and the most memory (MB) that the first process has held."""

    size: int
    cpu: float
    wall: float
    memory: float
    passed: int  # submissions with all points


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


def write(files: dict[str, bytes], place: Path) -> Path:
    place.mkdir(parents=True)
    for name, content in files.items():
        (place / name).write_bytes(content)
    return place


def grade(week: str, size: int, workers: int, folder: Path) -> Cost:
    for number, files in enumerate(itertools.islice(submissions(week), size)):
        write(files, folder / "class" / f"s{number:05}")
    course = find_course(REPOSITORY, REPOSITORY)
    quick = [task for task in course.week(week).tasks if not task.data]
    tasks = [part for task in quick for part in ("--task", task.id)]
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
    cpu = machine_cpu() - before
    with (folder / "out" / "gradebook.csv").open(encoding="utf-8") as book:
        rows = list(csv.DictReader(book))
    assert len(rows) == size, len(rows)
    passed = sum(float(row["score"]) == sum(task.points for task in quick) for row in rows)
    return Cost(size, cpu, wall, most[0], passed)


def _watch(process: subprocess.Popen[bytes], most: list[float]) -> None:
    """Notes the most memory that the first process has held."""
    while process.poll() is None:
        try:
            most[0] = max(most[0], psutil.Process(process.pid).memory_info().rss / 2**20)
        except psutil.Error:
            return
        time.sleep(0.5)


def by_pytest(works: list[dict[str, bytes]], folder: Path, variables: dict[str, str]) -> int:
    """The same suite by a `pytest` subprocess for each submission; how many pass."""
    passed = 0
    for number, files in enumerate(works):
        place = write(files, folder / f"p{number}")
        done = subprocess.run(
            [sys.executable, "-c", f"import pytest_peer, sys; sys.exit(not {PASSES})"],
            cwd=place, env=environment() | variables, capture_output=True, check=False, timeout=600,
        )  # fmt: skip
        passed += done.returncode == 0
    return passed


def peers(week: str, count: int, python: str, folder: Path) -> Iterator[tuple[str, Spent, int]]:
    """Of each of the other graders: its name, what `count` submissions cost it, and how many got all points."""
    works = list(itertools.islice(submissions(week), count))
    paths = [environment()["PYTHONPATH"], str(Path(__file__).parent)]
    variables = {"PYTHONPATH": os.pathsep.join(paths), "PEER_WEEK": week}
    passed: list[int] = []
    total = spent(lambda: passed.append(by_pytest(works, folder, variables)))
    yield "pytest", total, passed[0]
    cells = [[f"%%writefile {name}\n{text.decode()}" for name, text in files.items()] for files in works]
    checks = {"suite": ["import pytest_peer", f"assert {PASSES}"]}
    for grader in installed(python, folder, cells, checks, variables):
        total = spent(grader.grade)
        yield grader.name, total, grader.passed()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--week", default="week1")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--peers", type=int, default=10, help="submissions for each other grader; 0: none")
    parser.add_argument("--peer-python", default=sys.executable, help="a Python with otter-grader and nbgrader")
    options = parser.parse_args()
    print(told_if_busy())
    costs = []
    print(f"{'size':>6}{'CPU s each':>12}{'wall s each':>12}{'each more':>12}{'memory MB':>11}{'all points':>12}")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            cost = grade(options.week, size, options.workers, Path(name))
        more = (cost.cpu - costs[0].cpu) / (size - costs[0].size) if costs else float("nan")
        costs.append(cost)
        print(
            f"{size:6}{cost.cpu / size:12.3f}{cost.wall / size:12.3f}{more:12.3f}{cost.memory:11.0f}{cost.passed:12}",
            flush=True,
        )
    if options.peers:
        ours = costs[-1]
        print(
            f"the same suite by other graders, the first {options.peers}, and how many times our cost at {ours.size}:"
        )
        with tempfile.TemporaryDirectory() as name:
            for peer, total, passed in peers(options.week, options.peers, options.peer_python, Path(name)):
                cpu, wall = total.cpu / options.peers, total.wall / options.peers / options.workers
                print(f"{peer:14}{cpu:8.2f} s CPU, {wall:6.2f} s by the clock: "
                      f"{cpu / (ours.cpu / ours.size):.1f} and {wall / (ours.wall / ours.size):.1f} times as much; "
                      f"{passed} with all points", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
