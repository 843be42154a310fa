"""One tree of errors. Each says what happened, where, and what to do next, in one line.

Three audiences, three exit codes: what a user typed or wrote (2), what this program got wrong (3), and nobody's fault
(0 and 1 are no errors: all points, or points lost). What goes wrong in a student's code is no error of ours at all: it is
a verdict (`facts.Verdict`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class CnngradeError(Exception):
    """Base of all errors that end a command; `exit_code` is the process's exit status."""

    exit_code = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class UserError(CnngradeError):
    """The command line, or a file of the user's, is wrong."""

    exit_code = 2


class DataError(UserError):
    """A data set is missing, or its files are not what they should be."""


class OutputError(UserError):
    """The output folder cannot be used: not writable, full, locked by another run, or corrupt."""


class HaltError(OutputError):
    """What every student needs is not there: no room on the disk, no database. No barrier holds it back: the run ends."""


class GraderError(CnngradeError):
    """The grader itself failed. Never a student's zero."""

    exit_code = 3


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one course file; `line` counts from 1, and 0 means the whole file."""

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
    """Course files are wrong; carries every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        count = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{count} in the course files:\n{lines}")


class SkippedError(Exception):
    """One file of a submission cannot be read; the text completes the sentence "FILE ..."."""
