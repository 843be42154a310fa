"""Keeps the trouble of one student from stopping a loop over all students.

A student's files, their names and what is stored of them may make the grader's own code fail: a page cannot be drawn,
or a folder cannot be read. `Barrier` turns such a failure into a note for this student, remembers it for the end of the
run, and states the exit code. Some failures end the run for everybody, and so they pass through: Ctrl-C, a full disk,
no database. tests/test_barrier.py finds loops over students that have no barrier.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cnngrade.errors import CnngradeError, GraderError, HaltError

T = TypeVar("T")
# System errors that affect every student: disk full, quota reached, read-only file system.
_EVERYBODYS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_PACKAGE = Path(__file__).parent
_MOST = 300  # characters of an error message, which may quote a text of any length
AGAIN = "The same command tries again"


@dataclass(frozen=True)
class Trouble:
    """What went wrong with one student: what was being done, what happened and where, and what to do next."""

    student: str
    doing: str
    happened: str
    where: str  # file and line in this package; "" if the message says it
    then: str
    exit_code: int
    trace: str

    @property
    def note(self) -> str:
        """The line without the student's name, as it stands in the student's report."""
        at = f", at {self.where}" if self.where else ""
        return f"could not {self.doing}: {self.happened}{at}. {self.then}"

    def __str__(self) -> str:
        return f"{one_line(self.student)}: {self.note}"


class Barrier:
    """Holds back what goes wrong with one student.

    `raises=True` makes a barrier that holds nothing back, for work on one student alone.
    """

    def __init__(self, raises: bool = False) -> None:
        self.troubles: list[Trouble] = []
        self._raises = raises

    @contextmanager
    def around(self, student: str, doing: str, then: str = AGAIN) -> Iterator[None]:
        """Holds back what goes wrong in the block.

        `doing` completes the sentence "could not ...", and `then` says what to do next.
        """
        try:
            yield
        except Exception as error:
            self._hold(error, student, doing, then)

    def attempt(
        self, student: str, doing: str, do: Callable[[], T], otherwise: Callable[[str], T], then: str = AGAIN
    ) -> T:
        """Calls `do` and returns its result.

        If `do` fails, this returns `otherwise(note)`, where the note says why.
        """
        try:
            return do()
        except Exception as error:
            note = self._hold(error, student, doing, then).note
        return otherwise(note)

    def add(self, student: str, doing: str, error: CnngradeError) -> str:
        """Remembers a fault of one student that raised no exception. Returns the note."""
        return self._hold(error, student, doing, AGAIN).note

    def _hold(self, error: Exception, student: str, doing: str, then: str) -> Trouble:
        if self._raises or _is_everybodys(error):
            raise error
        trouble = _trouble(error, student, doing, then)
        if not any((each.student, each.note) == (trouble.student, trouble.note) for each in self.troubles):
            self.troubles.append(trouble)  # the same page may be asked for more than once
        return trouble

    @property
    def exit_code(self) -> int:
        """0 if nothing was held back, 3 if any of it was the grader's own fault, and 2 otherwise."""
        return max((trouble.exit_code for trouble in self.troubles), default=0)


STRICT = Barrier(raises=True)
"""A barrier that holds nothing back."""


def one_line(text: str) -> str:
    """Returns a text of unknown origin as one line of limited length.

    Characters that could mislead a terminal are replaced.
    """
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return line if len(line) <= _MOST else f"{line[:_MOST]}..."


def _is_everybodys(error: Exception) -> bool:
    full = isinstance(error, OSError) and error.errno in _EVERYBODYS
    return full or isinstance(error, HaltError | BrokenPipeError)


def _trouble(error: Exception, student: str, doing: str, then: str) -> Trouble:
    trace = "".join(traceback.format_exception(error))
    if isinstance(error, CnngradeError):
        return Trouble(student, doing, one_line(error.message), "", error.hint or then, error.exit_code, trace)
    first = next(iter(str(error).splitlines()), "")
    happened = one_line(f"{type(error).__name__}: {first}" if first else type(error).__name__)
    return Trouble(student, doing, happened, _where(error), then, GraderError.exit_code, trace)


def _where(error: Exception) -> str:
    """Returns file and line of the innermost call in this package that the error came through, this module excepted."""
    ours = [
        f"{Path(frame.filename).relative_to(_PACKAGE).as_posix()}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_PACKAGE) and frame.filename != __file__
    ]
    return ours[-1] if ours else ""
