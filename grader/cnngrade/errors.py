"""All errors of the grader. Each says in one line what happened, where, and what to do next.

There are two kinds with an exit code of their own: what a user typed or wrote (2), and what this program got wrong (3).
The exit codes 0 (all points) and 1 (points lost) are no errors. A fault in a student's code is no error of the grader
either: it is a verdict (`records.report.Verdict`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class CnngradeError(Exception):
    """Base of all errors that end a command. `exit_code` is the exit status of the process."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class UserError(CnngradeError):
    """The command line, or a file that the user wrote, is wrong."""

    exit_code = 2


class DataError(UserError):
    """A data set is missing, or its files are damaged or of another kind."""


class OutputError(UserError):
    """The output folder cannot be used: it is not writable, full, corrupt, or locked by another run."""


class HaltError(OutputError):
    """Something that every student needs is missing: the disk is full, or there is no database.

    A `Barrier` does not hold this error back: the run ends.
    """


class GraderError(CnngradeError):
    """The grader itself failed. This never costs a student points."""

    exit_code = 3


@dataclass(frozen=True)
class Problem:
    """One fault in one course file. `line` counts from 1, and 0 stands for the whole file."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {self.message}"


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.5) -> str:
    """Says which known word is near: `Did you mean 'points'?`. Returns an empty text where none is at least so like it."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=likeness)
    return f"Did you mean {near[0]!r}?" if near else ""


class CourseError(UserError):
    """Course files are wrong. The error carries every problem that was found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{count} in the course files:\n{lines}")


class SkippedError(Exception):
    """One file of a submission cannot be read. The text completes the sentence "FILE ..."."""
