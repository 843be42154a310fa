"""`kill -9` of the whole grader at random moments of one run: after the last resume, is every grade an undisturbed run's?

    python tests/benchmarks/kill_and_resume.py [--submissions 100] [--kills 20] [--week week1]

Kills the whole process group 20 times, then lets the run end, and compares the gradebook and every report (times left out)
with those of a run that nothing disturbed. Prints what differs, and exits with 1 where anything does.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from class_size import REPOSITORY, submissions
from cost import environment

from cnngrade.course import find_course


def without_times(report: Any) -> Any:
    if isinstance(report, dict):
        return {key: without_times(value) for key, value in report.items() if key != "seconds"}
    return [without_times(item) for item in report] if isinstance(report, list) else report


def reports(out: Path) -> dict[str, Any]:
    return {
        path.parent.name: without_times(json.loads(path.read_text("utf-8")))
        for path in sorted(out.glob("reports/*/report.json"))
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--week", default="week1")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, files in enumerate(itertools.islice(submissions(options.week), options.submissions)):
            place = folder / "class" / f"s{number:05}"
            place.mkdir(parents=True)
            for file, content in files.items():
                (place / file).write_bytes(content)
        tasks = [task.id for task in find_course(REPOSITORY, REPOSITORY).week(options.week).tasks if not task.data]

        def start(out: str) -> subprocess.Popen[bytes]:
            command = [
                sys.executable,
                "-m",
                "cnngrade",
                "grade",
                options.week,
                str(folder / "class"),
                "--device",
                "cpu",
            ]
            command += ["--out", str(folder / out), "--course", str(REPOSITORY), "--workers", str(options.workers)]
            command += [part for task in tasks for part in ("--task", task)]
            return subprocess.Popen(
                command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
            )

        started = time.monotonic()
        with start("calm") as process:
            while process.poll() is None and not reports(folder / "calm"):
                time.sleep(0.1)
            first = time.monotonic() - started
            process.communicate()
        seconds = time.monotonic() - started
        # So that some kills come before a first grade, and the last one before the class is done.
        longest = first + 2 * (seconds - first) / options.kills
        for number in range(options.kills):
            with start("killed") as process:
                wait = random.uniform(0.1, 1.0) * longest
                try:
                    process.communicate(timeout=wait)
                    print(f"kill {number + 1}: the run was over before {wait:.1f} s")
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.communicate()
                    print(
                        f"kill {number + 1} after {wait:.1f} s: {len(reports(folder / 'killed'))} reports", flush=True
                    )
        with start("killed") as process:
            process.communicate()
        calm, killed = reports(folder / "calm"), reports(folder / "killed")
        books = [(folder / out / "gradebook.csv").read_bytes() for out in ("calm", "killed")]
        differing = sorted(student for student in {*calm, *killed} if calm.get(student) != killed.get(student))
        print(f"{len(killed)} reports, {len(differing)} unlike the undisturbed run's {differing[:5]}; "
              f"gradebooks {'equal' if books[0] == books[1] else 'DIFFER'}")  # fmt: skip
    return int(bool(differing) or books[0] != books[1])


if __name__ == "__main__":
    sys.exit(main())
