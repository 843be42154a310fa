"""Grades one submission many times, training included, and says whether the reports agree in all but times.

python tests/benchmarks/reproducibility.py [--runs 20] [--data DIR] [--submission DIR]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from cnngrade.course import find_course
from cnngrade.judge.grading import Graded, judged
from cnngrade.judge.jobs import Job
from cnngrade.judge.plan import make_plan
from cnngrade.records.json import to_json
from cnngrade.reference.code import TrustedCode
from cnngrade.sandbox.outside.process import FreshProcess
from cnngrade.submissions import read_submission

REPOSITORY = Path(__file__).resolve().parents[2]


def without_times(value: Any) -> Any:
    """The report less every `seconds`."""
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key != "seconds"}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--submission", type=Path, default=REPOSITORY / "tests" / "samples" / "class" / "ben")
    options = parser.parse_args()
    course = find_course(REPOSITORY, REPOSITORY)
    week = course.week("week2")
    assert week.hidden is not None
    plan = make_plan(course, week, suites=[week.hidden], device="cpu", data_dir=options.data)
    for note in plan.notes:
        print(note)
    submission = read_submission(options.submission, "week2", week.files)
    seen: dict[str, int] = {}
    with FreshProcess() as isolation, TrustedCode(week, "cpu") as ours:
        for one in judged(plan, [Job(submission)] * options.runs, isolation, ours):
            if isinstance(one, Graded):
                text = json.dumps(without_times(json.loads(to_json(one.report))), sort_keys=True)
                seen[text] = seen.get(text, 0) + 1
                points = f"{one.report.auto_score:g} of {one.report.auto_max_score:g}"
                print(f"{sum(seen.values())}/{options.runs}: {points}", flush=True)
    print(f"{options.runs} gradings gave {len(seen)} different report(s), times left out")
    if len(seen) > 1:
        folder = Path(tempfile.mkdtemp(prefix="reports-"))
        for number, text in enumerate(seen):
            (folder / f"{number}.json").write_text(text)
        print(f"they are in {folder}")


if __name__ == "__main__":
    main()
