"""otter-grader and nbgrader as their users run them: a notebook a submission, executed by a kernel of its own.

A submission is the sources of its cells. A check is lines of Python that run in the submission's kernel, as theirs do; it
passes where none of them raises. Both graders run under a Python that has them (`pip install otter-grader nbgrader torch`).
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).parent))
from cost import environment

Checks = dict[str, list[str]]
_SECONDS = 600  # for one submission


class NotebookGrader(Protocol):
    """Made with the submissions and the checks; `grade` is what there is to measure."""

    name: str

    def grade(self) -> None: ...

    def passed(self) -> int:
        """How many submissions got all points."""
        ...


def installed(
    python: str, folder: Path, works: list[list[str]], checks: Checks, variables: dict[str, str]
) -> list[NotebookGrader]:
    """Those that `python` has, ready to grade in `folder`; a line for each that it has not."""
    found: list[NotebookGrader] = []
    for kind in (Otter, Nbgrader):
        probe = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({kind.module!r}) is None)"
        if subprocess.run([python, "-c", probe], check=False).returncode:
            print(f"{kind.name} is not installed: left out")
        else:
            found.append(kind(python, folder / kind.module, works, checks, environment(python) | variables))
    return found


class Otter:
    """`otter run` for each submission, as Gradescope's container does: one doctest a check."""

    name, module = "otter-grader", "otter"

    def __init__(
        self, python: str, folder: Path, works: list[list[str]], checks: Checks, environment: dict[str, str]
    ) -> None:
        self._environment = environment
        tests = folder / "tests"
        tests.mkdir(parents=True)
        for name, lines in checks.items():
            code = "\n".join(f">>> {line}" for line in lines)
            suite = {"cases": [{"code": code, "hidden": False, "locked": False}], "scored": True, "type": "doctest"}
            test = {"name": name, "points": 1, "suites": [suite]}
            (tests / f"{name}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
        (folder / "otter_config.json").write_text(json.dumps({"show_stdout": False}))
        archive = shutil.make_archive(str(folder / "autograder"), "zip", folder, "tests")
        self._command = [python, "-m", "otter", "run", "--no-logo", "-a", archive, "-o", ".", "work.ipynb"]
        self._places = [folder / f"s{number}" for number in range(len(works))]
        for place, cells in zip(self._places, works, strict=True):
            place.mkdir()
            (place / "work.ipynb").write_text(_notebook([(text, {}) for text in cells]))

    def grade(self) -> None:
        for place in self._places:
            with (place / "log").open("w") as log:
                subprocess.run(
                    self._command, cwd=place, env=self._environment, stdout=log, stderr=log, check=False,
                    timeout=_SECONDS,
                )  # fmt: skip

    def passed(self) -> int:
        found = [place / "results.json" for place in self._places]
        tests = [json.loads(path.read_text())["tests"] for path in found if path.is_file()]
        scores = [[test for test in each if test.get("max_score")] for each in tests]
        assert any(scores), (self._places[0] / "log").read_text()[-2000:]  # of a kernel that died, none
        return sum(bool(each) and all(test["score"] == test["max_score"] for test in each) for each in scores)


class Nbgrader:
    """One `nbgrader autograde` for all submissions: one locked cell a check."""

    name, module = "nbgrader", "nbgrader"

    def __init__(
        self, python: str, folder: Path, works: list[list[str]], checks: Checks, environment: dict[str, str]
    ) -> None:
        self._environment, self._folder, self._count = environment, folder, len(works)
        self._base = [python, "-m", "nbgrader"]
        for place, cells in [("source", works[0]), *((f"submitted/s{n}", cells) for n, cells in enumerate(works))]:
            made = folder / place / "ps1"
            made.mkdir(parents=True)
            theirs = [(text, self._cell(f"work{n}", solution=True)) for n, text in enumerate(cells)]
            ours = [
                ("\n".join(lines), self._cell(name, grade=True, locked=True, points=1))
                for name, lines in checks.items()
            ]
            (made / "work.ipynb").write_text(_notebook([*theirs, *ours]))
        (folder / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "b"\n')
        self._run("generate_assignment", "ps1").check_returncode()

    @staticmethod
    def _cell(name: str, **more: object) -> dict[str, object]:
        base = {
            "grade": False, "solution": False, "locked": False, "schema_version": 3, "task": False, "grade_id": name,
        }  # fmt: skip
        return {"nbgrader": base | more}

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._base, *arguments], cwd=self._folder, env=self._environment, capture_output=True, text=True,
            check=False, timeout=_SECONDS * self._count,
        )  # fmt: skip

    def grade(self) -> None:
        self._log = self._run("autograde", "ps1").stderr

    def passed(self) -> int:
        self._run("export", "--to", "grades.csv").check_returncode()
        with (self._folder / "grades.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert any(float(row["score"]) for row in rows), self._log[-2000:]
        return sum(float(row["score"]) == float(row["max_score"]) for row in rows)


def _notebook(cells: list[tuple[str, dict[str, object]]]) -> str:
    """An .ipynb of code cells, as (source, metadata)."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell{n}",
            "metadata": metadata,
            "source": text,
            "outputs": [],
            "execution_count": None,
        }
        for n, (text, metadata) in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})
