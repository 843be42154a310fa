"""The starter: what remains of a reference solution when the marked regions are taken out.

The marks are those that nbgrader and otter users know. Each stands alone on its line:

# BEGIN SOLUTION                 or   # BEGIN SOLUTION: what the student has to do ...
becomes   raise NotImplementedError("TODO: ...") # END SOLUTION

# BEGIN STARTER # layer = nn.Linear(2048, 10)    appears in the starter only, without its "# " # END STARTER

A STARTER region directly after a SOLUTION region replaces it: then no TODO line is written.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path

from cnngrade.errors import CourseError, Problem

_MARK = re.compile(r"#+\s*(BEGIN|END)\s+(SOLUTION|STARTER)\b\s*(?::\s*(.*\S))?\s*$")


@dataclass(frozen=True)
class _Region:
    kind: str  # SOLUTION or STARTER
    begin: int  # line numbers of the marks, from 1
    end: int
    todo: str  # the text after BEGIN SOLUTION:


def strip(source: str, path: Path = Path("<source>")) -> str:
    """Returns the starter for `source`, the text of a reference file. `path` is only named in problems.

    Raises `CourseError` with every unmatched, nested or misplaced mark, or if the source or the starter is not valid
    Python.
    """
    source = source.replace("\r\n", "\n")
    problems: list[Problem] = []
    try:
        tree = ast.parse(source)
        regions = _regions(source, path, problems)
    except (SyntaxError, ValueError) as error:
        raise CourseError([_syntax_problem(path, "the reference", error)]) from None
    lines = source.split("\n")
    kept: list[str] = []
    done = 0  # lines copied or dropped so far
    for index, region in enumerate(regions):
        kept += lines[done : region.begin - 1]
        indent = re.match(r"\s*", lines[region.begin - 1])[0]  # type: ignore[index]  # \s* always matches
        if region.kind == "STARTER":
            kept += _uncomment(lines, region, path, problems)
        elif not _replaced(region, regions[index + 1 : index + 2], lines):
            todo = f"TODO: {region.todo or _enclosing(tree, region.begin)}"
            kept.append(f"{indent}raise NotImplementedError({json.dumps(todo, ensure_ascii=False)})")
        done = region.end
    starter = "\n".join(kept + lines[done:])
    if not problems:
        try:
            ast.parse(starter)
        except SyntaxError as error:
            problems.append(_syntax_problem(path, "the starter", error, line=0))
    if problems:
        raise CourseError(problems)
    return starter


def write_starter(solution_dir: Path, starter_dir: Path) -> list[Path]:
    """Writes the starter of every `*.py` in `solution_dir` into `starter_dir`. Returns the files written.

    Raises `CourseError` with the problems of all files. Then nothing is written.
    """
    starters: dict[Path, str] = {}
    problems: list[Problem] = []
    for path in sorted(solution_dir.glob("*.py")):
        try:
            starters[starter_dir / path.name] = strip(path.read_text(encoding="utf-8"), path)
        except UnicodeDecodeError:
            problems.append(Problem(path, 0, "is not UTF-8 text; save it as UTF-8"))
        except CourseError as error:
            problems += error.problems
    if not starters and not problems:
        problems.append(Problem(solution_dir, 0, "holds no *.py file to make a starter from"))
    if problems:
        raise CourseError(problems)
    starter_dir.mkdir(parents=True, exist_ok=True)
    for path, text in starters.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(starters)


def _regions(source: str, path: Path, problems: list[Problem]) -> list[_Region]:
    """Pairs the marks and returns the regions.

    Comments are found with `tokenize`, so a mark inside a string is only text.
    """
    regions: list[_Region] = []
    opened: tuple[str, int, str] | None = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        match = _MARK.match(token.string) if token.type == tokenize.COMMENT else None
        if not match:
            continue
        verb, kind, todo = match.groups()
        line = token.start[0]
        if token.line[: token.start[1]].strip():
            problems.append(Problem(path, line, f"{verb} {kind} must stand alone on its line"))
        elif verb == "BEGIN" and opened:
            problems.append(Problem(path, line, f"BEGIN {kind} inside the {opened[0]} region of line {opened[1]}"))
        elif verb == "BEGIN":
            opened = (kind, line, todo or "")
        elif opened is None or opened[0] != kind:
            problems.append(Problem(path, line, f"END {kind} without a BEGIN {kind} before it"))
        else:
            regions.append(_Region(kind, opened[1], line, opened[2]))
            opened = None
    if opened:
        problems.append(Problem(path, opened[1], f"BEGIN {opened[0]} without an END {opened[0]} behind it"))
    return regions


def _uncomment(lines: list[str], region: _Region, path: Path, problems: list[Problem]) -> list[str]:
    """Returns the lines of a STARTER region without their comment sign."""
    result = []
    for number in range(region.begin + 1, region.end):
        line = lines[number - 1]
        match = re.fullmatch(r"(\s*)#(?: (.*))?", line)
        if match:
            result.append((match[1] + (match[2] or "")).rstrip())
        elif line.strip():
            problems.append(Problem(path, number, "a line of a STARTER region must begin with '# '"))
        else:
            result.append("")
    return result


def _replaced(region: _Region, following: list[_Region], lines: list[str]) -> bool:
    """Whether a STARTER region follows, with only blank lines between."""
    return any(
        other.kind == "STARTER" and not "".join(lines[region.end : other.begin - 1]).strip() for other in following
    )


def _enclosing(tree: ast.Module, line: int) -> str:
    """Returns the qualified name of the definition around `line`, for example `LeNet5.forward`."""
    names = [
        (node.lineno, node.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return ".".join(name for _, name in sorted(names)) or "this part"


def _syntax_problem(path: Path, what: str, error: Exception, line: int | None = None) -> Problem:
    where = (getattr(error, "lineno", 0) or 0) if line is None else line
    return Problem(path, where, f"{what} is not valid Python: {getattr(error, 'msg', error)}")
