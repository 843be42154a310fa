"""A notebook as the week's files: what its code cells define, without what they only run.

A cell that begins with `%%writefile models.py`, or with a comment `# models.py`, belongs to that file. What all other cells
define lies in one module, from which the week's other files take everything. Definitions, imports and the assignments that
these need are kept; calls, loops and prints between them are not, or every import would train a network. Nothing is executed.
"""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Sequence
from typing import Any

from cnngrade.submissions.archives import shown

MOST_BYTES = 20 * 1024**2  # with its pictures; what is kept of it is text
_CELLS = "notebook_cells"
_MAGIC = re.compile(r"%%(\w+)\s*(.*)")
_KEPT_MAGICS = {"time", "timeit", "capture", "prun", "python", "python3"}
_FILE = re.compile(r"#+\s*(?:file:\s*)?(\w+\.py)\s*$", re.IGNORECASE)
_LINE_MAGIC = re.compile(r"^\s*(?:[%!?].*|\w[\w.]*\?{1,2}\s*)$")
_Assignment = ast.Assign | ast.AnnAssign | ast.AugAssign
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom


class NotebookError(ValueError):
    """The notebook cannot be read; the text completes the sentence "NAME ..."."""


def read_notebook(content: bytes, files: Sequence[str]) -> tuple[dict[str, bytes], list[str]]:
    """The week's `files` that a notebook holds, and remarks. Raises `NotebookError`."""
    notes: list[str] = []
    parts: dict[str, list[str]] = {}
    for number, source in enumerate(_code_cells(content), start=1):
        place, text = _placed(source, files)
        if place is None:
            notes.append(f"cell {number} of the notebook is no Python and was left out")
            continue
        try:
            kept = _definitions(text)
        except (SyntaxError, ValueError, RecursionError) as error:
            why = f"{type(error).__name__}: {shown(getattr(error, 'msg', None) or str(error))}"
            notes.append(f"cell {number} of the notebook was left out ({why})")
            continue
        if kept.strip():
            parts.setdefault(place, []).append(kept)
    if not parts:
        raise NotebookError("defines nothing in its code cells")
    try:
        written = {name: "\n\n".join(_needed(cells)) + "\n" for name, cells in parts.items()}
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise NotebookError(f"cannot be taken apart ({type(error).__name__})") from None
    if _CELLS in written:
        rest = written.pop(_CELLS)
        written[f"{_CELLS}.py"] = rest
        for name in files:
            written[name] = f"from {_CELLS} import *\n" + written.get(name, "")
    return {name: text.encode("utf-8", "replace") for name, text in written.items()}, notes


def _code_cells(content: bytes) -> list[str]:
    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of ids that cells lack, and other matters of form
            notebook: Any = nbformat.convert(nbformat.reader.reads(content.decode("utf-8-sig")), 4)  # type: ignore[no-untyped-call]
        return [str(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    except Exception as error:  # whatever a crafted file makes of its reader
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise NotebookError(f"is no notebook that can be read ({shown(first)})") from None


def _placed(source: str, files: Sequence[str]) -> tuple[str | None, str]:
    """The file that a cell belongs to, None for what is no Python, and its text without magics."""
    lines = source.split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    place: str | None = _CELLS
    if magic := _MAGIC.match(lines[first].strip()):
        target = magic[2].split()[-1].rpartition("/")[2] if magic[2].split() else ""
        if magic[1] in ("writefile", "file"):
            place = target if target in files else None
        elif magic[1] not in _KEPT_MAGICS:
            place = None
        lines[first] = ""
    elif (named := _FILE.match(lines[first].strip())) and named[1] in files:
        place = named[1]
    return place, "\n".join("" if _LINE_MAGIC.match(line) else line for line in lines)


def _definitions(text: str) -> str:
    """A cell's text without the statements that only run something; assignments stay, for now."""
    body = ast.parse(text).body
    return _without(
        text, [node for node in body if not (isinstance(node, _Definition | _Assignment) or _imports(node))]
    )


def _imports(node: ast.stmt) -> bool:
    """`try: import x` and `if TYPE_CHECKING: import x` are definitions too."""
    inner = [*getattr(node, "body", []), *getattr(node, "orelse", []), *getattr(node, "handlers", [])]
    return isinstance(node, ast.Try | ast.If) and any(isinstance(each, ast.Import | ast.ImportFrom) for each in inner)


def _needed(cells: Sequence[str]) -> list[str]:
    """The cells without the assignments that no definition needs: a model that was trained, its losses, a plot."""
    parsed = [(cell, ast.parse(cell).body) for cell in cells]
    nodes = [node for _, body in parsed for node in body]
    wanted = _read_names([node for node in nodes if not isinstance(node, _Assignment)])
    while True:  # what a needed assignment reads is needed as well
        more = _read_names([node for node in nodes if isinstance(node, _Assignment) and _written_names(node) & wanted])
        if more <= wanted:
            break
        wanted |= more
    return [
        _without(cell, [node for node in body if isinstance(node, _Assignment) and not _written_names(node) & wanted])
        for cell, body in parsed
    ]


def _read_names(nodes: Sequence[ast.stmt]) -> set[str]:
    """The names of the module that some statements read, now or when they are called; names of their own do not count."""
    table = symtable.symtable(ast.unparse(ast.Module(list(nodes), [])), "cells", "exec")
    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    waiting = table.get_children()
    while waiting:
        inner = waiting.pop()
        names |= {symbol.get_name() for symbol in inner.get_symbols() if symbol.is_global()}
        waiting += inner.get_children()
    return names


def _written_names(node: ast.stmt) -> set[str]:
    """The names that an assignment changes: also in `net.layer = ...` and `table[0] = ...`."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}


def _without(cell: str, nodes: Sequence[ast.stmt]) -> str:
    """A cell with blank lines for some statements, unless something else stands on the same line."""
    lines = cell.split("\n")
    dropped = {(node.lineno, node.col_offset) for node in nodes}
    kept = {
        at
        for node in ast.parse(cell).body
        if (node.lineno, node.col_offset) not in dropped
        for at in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    for node in nodes:
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if not kept.intersection(span):
            for at in span:
                lines[at - 1] = ""
    return "\n".join(lines)
