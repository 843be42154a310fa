"""Writes a week as one notebook: the handout, a tagged cell for each region of the starter, and the questions.

`cnngrade.notebooks.cells` explains the tags. `cnngrade.notebooks.reading` reads them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

from cnngrade.course.location import Week
from cnngrade.course.questions import Question, answer_sheet
from cnngrade.errors import CourseError, Problem
from cnngrade.notebooks.cells import ANSWER, METADATA, cell_id, cells_of

_INTRODUCTION = """\
# Your work

Each function or class is a cell of its own. Fill it in, run it, try it out in new cells: only the cells that were here at the
start are graded, by their tags, whatever stands around them. So keep these cells, one for each, and save before you check:

    cnngrade check {week}
"""
# A notebook has no modules, so this cell makes imports find what the other cells define.
_SETUP = """\
# Lets one cell import from another as if each file were there: `from models import LeNet5`. Run it first; it is not graded.
import sys

for name in {modules!r}:
    sys.modules[name] = sys.modules["__main__"]
"""


def week_notebook(week: Week, modules: Mapping[str, str], language: str = "en") -> str:
    """Returns the notebook of a week as the text of an `.ipynb` file. Equal arguments give equal bytes.

    `modules` are the texts of the week's files. Raises `CourseError` if the handout is missing.
    """
    handout = week.folder / f"handout.{language}.md"
    code = {name: cells_of(name, text) for name, text in modules.items()}
    tags = [cell.tag for cells in code.values() for cell in cells]
    tags += [f"{ANSWER}{question.id}" for question in week.questions]
    cells = [
        *_handout(handout),
        _markdown(_INTRODUCTION.format(week=week.name).rstrip("\n"), "cnngrade-work"),
        _code(_SETUP.format(modules=tuple(Path(name).stem for name in modules)).rstrip("\n"), "cnngrade-setup"),
    ]
    for name, parts in code.items():
        cells.append(_markdown(f"## {name}", cell_id(f"heading-{name}")))
        cells += [_code(cell.source, cell.id, cell.tag) for cell in parts]
    cells += _questions(week.questions)
    about = {"week": week.name, "cells": tags}
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = v4.new_notebook(cells=_with_unique_ids(cells), metadata={**kernel, METADATA: about})
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n"


def _handout(path: Path) -> Iterator[Any]:
    """Yields the handout as one cell for each of its sections, so that an editor can fold them."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError([Problem(path, 0, f"cannot be read: {error}")]) from None
    for number, section in enumerate(re.split(r"^(?=## )", text, flags=re.MULTILINE)):
        if section.strip():
            yield _markdown(section.strip("\n"), f"handout-{number}")


def _questions(questions: Sequence[Question]) -> Iterator[Any]:
    """Yields the cells of the questions: for each a heading with the prompt, and a cell for the answer."""
    if questions:
        yield _markdown("# Written questions", "questions")
    for question in questions:
        sheet = answer_sheet("", [question])
        prompt, place = sheet[sheet.index("\n## ") :].strip("\n").rsplit("\n\n", 1)
        yield _markdown(prompt, cell_id(f"question-{question.id}"))
        tag = f"{ANSWER}{question.id}"
        yield _markdown(place, cell_id(tag), tag)


def _markdown(source: str, name: str, tag: str = "") -> Any:
    return v4.new_markdown_cell(source, id=name, metadata=_metadata(tag))


def _code(source: str, name: str, tag: str = "") -> Any:
    return v4.new_code_cell(source, id=name, metadata=_metadata(tag))


def _metadata(tag: str) -> dict[str, Any]:
    return {"tags": [tag]} if tag else {}


def _with_unique_ids(cells: list[Any]) -> list[Any]:
    """Numbers the ids that two cells would share, such as those of a function that is defined twice."""
    seen: dict[str, int] = {}
    for cell in cells:
        seen[cell.id] = seen.get(cell.id, 0) + 1
        if seen[cell.id] > 1:
            cell.id = f"{cell.id[:58]}-{seen[cell.id]}"
    return cells
