"""Reads known mistakes: one file each, which replaces definitions of the reference with wrong ones.

    \"\"\"Leaves the network in eval mode.\"\"\"     the title
    TASK = "evaluate"                         the task that it loses
    FILE = "training.py"                      the file of the reference that it changes
    HINT = "..."                              what the student reads
    ALSO = ["lenet-accuracy"]                 optional: tasks that fail with it
    (imports, then whole functions and classes)

The file is read with `ast` and never run here. It is ordinary Python, so editors and linters understand it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from cnngrade.errors import CourseError, Problem

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_STRINGS = ("TASK", "FILE", "HINT")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Mistake:
    """A known wrong implementation. `id` is the name of its file without `.py`."""

    id: str
    title: str
    task: str
    also: tuple[str, ...]
    file: str
    hint: str
    source_path: Path


def read_mistakes(folder: Path) -> tuple[list[Mistake], list[Problem]]:
    """Reads every `*.py` in `folder`, by name. Returns the good ones, and all that is wrong with the others.

    A folder that does not exist holds no mistakes. The caller checks whether the tasks exist.
    """
    return read_replacements(folder, _STRINGS)


def read_replacements(folder: Path, needed: tuple[str, ...]) -> tuple[list[Mistake], list[Problem]]:
    """Reads files in the format of mistakes. Returns the good ones and all problems.

    Each file must state the strings in `needed`. The other strings may be left out.
    """
    mistakes: list[Mistake] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.py")):
        found: list[Problem] = []
        mistake = _read(path, needed, found)
        problems += found
        if mistake and not found:
            mistakes.append(mistake)
    return mistakes, problems


def apply(mistake: Mistake, reference: dict[str, bytes]) -> dict[str, bytes]:
    """Returns `reference` (file name to content) with the mistake made in it.

    Definitions of the mistake replace those of the same name. Its other definitions go just before the first replaced
    one, and its imports to the top. Raises `CourseError` if the reference has no such file, or nothing to replace.
    """
    path = mistake.source_path
    if mistake.file not in reference:
        raise CourseError([Problem(path, 0, f"FILE is {mistake.file}, which the reference does not have")])
    try:
        wrong, wrong_lines = _parse(path.read_bytes())
        right, right_lines = _parse(reference[mistake.file])
    except (OSError, SyntaxError, ValueError) as error:
        raise CourseError([Problem(path, 0, f"cannot be applied to {mistake.file}: {error}")]) from None
    targets = {node.name: node for node in right.body if isinstance(node, _Definition)}
    definitions = [node for node in wrong.body if isinstance(node, _Definition)]
    replacing = [node for node in definitions if node.name in targets]
    if not replacing:
        names = ", ".join(node.name for node in definitions)
        raise CourseError([Problem(path, 0, f"defines {names}, none of which is in the reference's {mistake.file}")])

    # From the bottom up, so that the line numbers above stay valid.
    lines = list(right_lines)
    first = min(_first_line(targets[node.name]) for node in replacing)
    for node in sorted(replacing, key=lambda node: -targets[node.name].lineno):
        target = targets[node.name]
        lines[_first_line(target) - 1 : target.end_lineno] = _segment(wrong_lines, node)
    added = [node for node in definitions if node.name not in targets]
    lines[first - 1 : first - 1] = [line for node in added for line in (*_segment(wrong_lines, node), "", "")]
    top = _top_of_imports(right)
    imports = [node for node in wrong.body if isinstance(node, ast.Import | ast.ImportFrom)]
    lines[top:top] = [line for node in imports for line in _segment(wrong_lines, node)]
    return {**reference, mistake.file: "\n".join(lines).encode()}


def _read(path: Path, needed: tuple[str, ...], problems: list[Problem]) -> Mistake | None:
    """Reads one file and returns it. What is wrong with the file is added to `problems`."""
    try:
        tree, _ = _parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        problems.append(Problem(path, line, f"is not valid Python: {getattr(error, 'msg', error)}"))
        return None

    values: dict[str, object] = {}
    names: set[str] = set()
    title = ast.get_docstring(tree)
    for node in tree.body[1 if title is not None else 0 :]:
        if isinstance(node, _Definition):
            if node.name in names:
                problems.append(Problem(path, node.lineno, f"{node.name} is defined twice"))
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            _read_assignment(path, node, values, problems)
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            problems.append(Problem(path, node.lineno, "only TASK, FILE, HINT, ALSO, imports and definitions go here"))
        # It must be the first import of a file, and the others are put at the top.
        elif isinstance(node, ast.ImportFrom) and node.module == "__future__":
            problems.append(Problem(path, node.lineno, "a __future__ import cannot be moved into the reference"))

    if not _ID.fullmatch(path.stem):
        problems.append(Problem(path, 0, "the file's name is the mistake's id: lower-case words joined by '-'"))
    if not title or "\n" in title:
        problems.append(Problem(path, 1, "the docstring is the mistake's title: one line"))
    problems += [Problem(path, 0, f"{name} is missing") for name in needed if name not in values]
    if not names:
        problems.append(Problem(path, 0, "defines nothing that could replace a definition of the reference"))
    if problems:
        return None
    also = values.get("ALSO", [])
    assert isinstance(also, list)
    return Mistake(
        id=path.stem,
        title=str(title),
        task=str(values["TASK"]),
        also=tuple(also),
        file=str(values["FILE"]),
        hint=str(values.get("HINT", "")),
        source_path=path,
    )


def _read_assignment(path: Path, node: ast.Assign, values: dict[str, object], problems: list[Problem]) -> None:
    """Reads `NAME = literal` into `values`. A value of the wrong kind is a problem, but the name is not missing."""
    target = node.targets[0]
    name = target.id if len(node.targets) == 1 and isinstance(target, ast.Name) else ""
    if name not in (*_STRINGS, "ALSO"):
        problems.append(Problem(path, node.lineno, "only TASK, FILE, HINT and ALSO are set in a mistake's file"))
        return
    if name in values:
        problems.append(Problem(path, node.lineno, f"{name} is set twice"))
    try:
        value = ast.literal_eval(node.value)
    except ValueError:
        value = None
    # Also a wrong value, so that the name is not reported as missing too.
    values[name] = value
    if name == "ALSO":
        if not isinstance(value, list) or not all(isinstance(task, str) and task for task in value):
            problems.append(Problem(path, node.lineno, "ALSO must be a list of task ids"))
    elif not isinstance(value, str) or not value.strip():
        problems.append(Problem(path, node.lineno, f"{name} must be a text that is not empty"))
    elif name == "FILE" and (Path(value).name != value or not value.endswith(".py")):
        problems.append(Problem(path, node.lineno, f"FILE must be the name of a Python file, not {value!r}"))


def _parse(content: bytes) -> tuple[ast.Module, list[str]]:
    """Returns the tree, and the lines as `ast` counts them (`str.splitlines` also splits at form feeds)."""
    text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return ast.parse(text), text.split("\n")


def _first_line(node: ast.stmt) -> int:
    """Returns the line where a statement begins, decorators included."""
    decorators = node.decorator_list if isinstance(node, _Definition) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _segment(lines: list[str], node: ast.stmt) -> list[str]:
    return lines[_first_line(node) - 1 : node.end_lineno]


def _top_of_imports(tree: ast.Module) -> int:
    """Returns how many lines stay above added imports: the docstring and `from __future__`."""
    top = 0
    for node in tree.body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not docstring and not future:
            break
        top = node.end_lineno or top
    return top
