"""Turns a module into the cells of a notebook, and back.

`start --notebook` writes these cells, and the reader of submissions relies on the same rules. A region is one piece for
the student to fill in: a function or class at the top level of a module, with the comments above it. It becomes one
cell, tagged `models.py:LeNet5`. The text above the first region (the docstring, imports, constants) becomes a separate
cell, tagged `models.py`. Two cells of one module are two blank lines apart, as PEP 8 asks. Regions with fewer blank
lines between them share a cell. Where a module has more, the cell keeps them. So `joined(cells)` gives the module back
byte for byte, except for a missing last line break. The cell of an answer is tagged `answer:QUESTION`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

SUFFIX = ".ipynb"
FORMAT = 4  # of nbformat; older notebooks keep their cells elsewhere
METADATA = "cnngrade"  # the key of the week's name and of the first list of cells
ANSWER = "answer:"
_GAP = "\n\n\n"
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Cell:
    """A tagged cell. `source` has no line break at its end, except for blank lines of the module."""

    tag: str
    source: str

    @property
    def id(self) -> str:
        """The id of the cell in the notebook. It is made from the tag, and identifies the cell if an editor drops the tags."""
        return cell_id(self.tag)


def cell_id(tag: str) -> str:
    """Returns a tag as a cell's id: at most 64 of the characters that nbformat allows."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", tag)[:64]


def cells_of(file: str, text: str) -> list[Cell]:
    r"""Cuts the module `file` into cells. Returns one cell if `text` is not valid Python or has line breaks other than \n."""
    regions = _regions(file, text)
    starts = regions if regions and regions[0][0] == 0 else [(0, file), *regions]
    ends = [start - len(_GAP) for start, _ in starts[1:]] + [len(text) - text.endswith("\n")]
    return [Cell(tag, text[start:end]) for (start, tag), end in zip(starts, ends, strict=True)]


def joined(sources: Iterable[str]) -> str:
    """Joins the sources of a module's cells, in their order. Returns the text of the module."""
    return _GAP.join(sources) + "\n"


def _regions(file: str, text: str) -> list[tuple[int, str]]:
    """Returns where each region begins, and its tag. The first region may begin at 0."""
    try:
        tree = ast.parse(text) if "\r" not in text else ast.Module([], [])
    except (SyntaxError, ValueError):
        return []
    lines = [0]  # where each line begins
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    found: list[tuple[int, str]] = []
    end, below = 0, False  # end of the statement before, and whether a region has been seen
    for node in tree.body:
        begin = lines[_first_line(node) - 1]
        if isinstance(node, _Definition):
            # The head is as long as possible. After a region, the text that follows belongs to the next region.
            gap = text.find(_GAP, end, begin) if below else text.rfind(_GAP, end, begin)
            if gap >= 0:
                found.append((gap + len(_GAP), f"{file}:{node.name}"))
            elif not tree.body.index(node):
                found.append((0, f"{file}:{node.name}"))
            below = True
        if isinstance(node, _Definition) or not below:
            end = lines[node.end_lineno or node.lineno] - 1
    return found


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, _Definition) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
