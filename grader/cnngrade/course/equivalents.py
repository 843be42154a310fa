"""`equivalent.toml`: mechanical mutants of the reference that no suite can catch, each with the reason.

schema = 1

[[mutant]] mutant = "training.py:evaluate: total, correct, samples = (0.0, 0, 0) -> total, correct, samples = (0, 0, 0)"
because = "a float is added to it before it is returned"

The name of a mutant holds the definition and the statement that it changes, as `ast` writes it. So the name stays valid
when other parts of the file change.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from cnngrade.course.course_file import CourseFile, Prose, Schema, Table
from cnngrade.errors import CourseError

NAME = "equivalent.toml"


class _Mutant(Table):
    mutant: Annotated[str, Field(pattern=r"^\w+\.py:\S+: .+ -> .+$")]
    because: Prose


class _Equivalents(Table):
    schema_: Schema
    mutant: list[_Mutant] = Field(default_factory=list)


def read_equivalents(folder: Path) -> dict[str, str]:
    """Reads equivalent.toml of the week in `folder`. Returns for each mutant why it equals the reference.

    Returns an empty dict if there is no file. Raises `CourseError` with all that is wrong with the file.
    """
    if not (folder / NAME).exists():
        return {}
    file = CourseFile(folder / NAME)
    checked = file.validated(_Equivalents)
    file.forbid_twins(("mutant",), "mutant")
    if checked is None or file.problems:
        raise CourseError(file.problems)
    return {entry.mutant: entry.because for entry in checked.mutant}
