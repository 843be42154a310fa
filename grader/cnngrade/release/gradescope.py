"""Makes an autograder for Gradescope: the same grader, the week with its hidden suite, and a converter for reports.

The zip holds the reference, so it is only for the autograder's settings. There, after `cnngrade grade`, the script runs
`python -m cnngrade.release.gradescope REPORT RESULTS`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cnngrade.course.location import Course, Week
from cnngrade.course.secret import FILE as SECRET
from cnngrade.course.secret import secret_of
from cnngrade.errors import GraderError
from cnngrade.records.json import from_json
from cnngrade.records.report import Report, Status, TaskResult, Verdict
from cnngrade.records.scoring import waiting_points
from cnngrade.release.bundle import course_toml, grader_files, read, rendered
from cnngrade.release.packing import write_whole

EXECUTABLE = frozenset({"setup.sh", "run_autograder"})


def autograder(course: Course, week: Week) -> dict[str, bytes]:
    """Returns path in the zip -> content: the scripts that Gradescope runs, the grader, and what it needs of the week.

    Raises `UserError` if a file cannot be read.
    """
    files = {name: rendered(f"{name}.j2", week=week) for name in EXECUTABLE}
    files |= grader_files()
    files |= {"README.md": b"The autograder of a course. It holds hidden tests: do not hand it out.\n"}
    files |= {"assignments/course.toml": course_toml(course, week)}
    files |= {SECRET: secret_of(course) + b"\n"}  # so that every container gives the same grades as this machine
    return files | {path.relative_to(course.root).as_posix(): read(path) for path in _needed(week)}


def _needed(week: Week) -> Iterator[Path]:
    """Yields the files of a week that `grade` reads: no figures, no samples, no starter."""
    assert week.hidden is not None
    assert week.solution is not None
    yield from (
        week.folder / name
        for name in ("assignment.toml", "questions.toml", "probes.py")
        if (week.folder / name).exists()
    )
    yield from week.folder.glob("handout.*.md")
    yield from (path for folder in (week.public, week.hidden) for path in folder.rglob("*.py"))
    yield from week.mistakes.glob("*.py")
    yield from (week.solution / name for name in week.files)


def results(report: Report) -> dict[str, Any]:
    """Returns a report as Gradescope's results.json: for each task a line with its points, failures and the hint.

    Raises `GraderError` if the grader failed on any task, because then there is no score.
    """
    if report.status is Status.GRADER_ERROR:
        failed = ", ".join(task.id for task in report.tasks if task.verdict is Verdict.GRADER_ERROR)
        raise GraderError(f"the grader itself failed on {failed}", "Look at the autograder's output")
    waiting = waiting_points(report)
    lines = [*report.notes, *([f"Written answers worth {waiting:g} points are marked separately."] if waiting else [])]
    return {
        "score": report.auto_score,
        "output": "\n".join(lines),
        "stdout_visibility": "hidden",
        "tests": [_line(task) for task in report.tasks],
    }


def _line(task: TaskResult) -> dict[str, Any]:
    failed = [test for test in task.tests if test.verdict is not Verdict.PASS]
    said = [f"{test.claim}\n{test.message}".strip() for test in failed]
    if task.hint:
        said.append(f"Hint: {task.hint}")
    line = {
        "name": f"{task.title}: {task.verdict.replace('_', ' ')}",
        "score": task.score,
        "max_score": task.max_score if task.verdict.counts else 0.0,
        "output": "\n\n".join(said),
    }
    return line | ({"status": "passed" if task.verdict is Verdict.PASS else "failed"} if task.verdict.counts else {})


def main(arguments: list[str]) -> int:
    """Writes RESULTS from REPORT. Returns the exit code."""
    report, target = map(Path, arguments)
    try:
        content = json.dumps(results(from_json(report.read_bytes())), ensure_ascii=False, indent=1)
    except GraderError as error:
        sys.stderr.write(f"cnngrade: {error}\n")
        return error.exit_code
    write_whole(target, content.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
