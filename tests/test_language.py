from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cnngrade

ROOT = Path(cnngrade.__path__[0])
# Folders and modules whose docstrings are in plain English. The list grows until it can be replaced by the whole package.
DONE = (
    *("course", "datasets", "marking", "notebooks", "release", "reports", "sandbox", "submissions"),
    *("barrier.py", "encodings.py", "errors.py", "records/gate.py", "records/moments.py"),
    *(f"judge/{name}.py" for name in ("accuracy", "compare", "draws", "failures", "suite", "values")),
)
MODULES = [
    path
    for path in sorted(ROOT.rglob("*.py"))
    if any(path.relative_to(ROOT).is_relative_to(done) for done in DONE) and "templates" not in path.parts
]
NAMES = [path.relative_to(ROOT).as_posix() for path in MODULES]
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# Words that are hard for readers whose first language is not English. Each has a plainer one.
HARD = re.compile(
    r"\b(nobody|nobody's|whoever|whose doing|whosoever|whatever|whichever|of its own accord|hence|thereby|wherein|whereby"
    r"|but for|so that what|told along|as it were|be they|be it)\b",
    re.IGNORECASE,
)
CODE = re.compile(r"`[^`]*`")
VERB = re.compile(r"[A-Z][a-z]+s (?!of )")  # Reads, Returns, Raises; but not the nouns in "Bytes of" or "Lines of"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def public(node: ast.AST, name: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """Yields the public classes and functions of a module or a class, by name."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef) and not child.name.startswith("_"):
            inner = f"{name}.{child.name}" if name else child.name
            yield inner, child
            if isinstance(child, ast.ClassDef):
                yield from public(child, inner)


def first_lines(path: Path) -> Iterator[tuple[str, ast.AST, str]]:
    """Yields (name, node, first line) of every public docstring of a module, and of its own."""
    tree = ast.parse(path.read_text("utf-8"))
    for name, node in [("the module", tree), *public(tree)]:
        if text := ast.get_docstring(node):
            yield name, node, text.splitlines()[0]


def is_property(node: Function) -> bool:
    return any(ast.unparse(each).endswith("property") for each in node.decorator_list)


def wrong_beginning(node: ast.AST, first: str) -> bool:
    """Whether the docstring of a function begins with neither a verb nor, if it returns a bool, with "Whether"."""
    if not isinstance(node, Function) or is_property(node):
        return False
    if first.startswith("Whether "):
        return node.returns is None or ast.unparse(node.returns) != "bool"
    return not VERB.match(first)


def test_each_part_that_is_done_exists() -> None:
    """A name in DONE that matches no module, such as a renamed one, is noticed."""
    files = [path.relative_to(ROOT) for path in MODULES]
    assert [done for done in DONE if not any(file.is_relative_to(done) for file in files)] == []


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_the_first_line_of_a_docstring_is_a_sentence(path: Path) -> None:
    """It ends with a period, or with a colon before an example, and holds no semicolon."""
    wrong = [(name, first) for name, _, first in first_lines(path) if ";" in first or not first.endswith((".", ":"))]
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_a_function_says_first_what_it_does(path: Path) -> None:
    """Its docstring begins with a verb, such as Reads or Returns, or with Whether for a bool."""
    assert [(name, first) for name, node, first in first_lines(path) if wrong_beginning(node, first)] == []


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_docstrings_use_plain_words(path: Path) -> None:
    """No docstring, a private one included, has a word that readers with another first language stumble over."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, DOCUMENTED)]
    texts = [(getattr(node, "name", "the module"), ast.get_docstring(node) or "") for node in nodes]
    assert [(name, hard) for name, text in texts if (hard := HARD.findall(CODE.sub("", text)))] == []


def test_a_hard_docstring_is_noticed() -> None:
    """The three rules tell a docstring that breaks them from one that does not."""
    good, bad = ast.parse('def f() -> int: "Returns 1."\ndef g() -> int: "The number, whoever asks"').body
    assert not wrong_beginning(good, "Returns 1.")
    assert wrong_beginning(good, "Whether it is 1.")
    assert wrong_beginning(bad, ast.get_docstring(bad) or "")  # type: ignore[arg-type]
    assert HARD.findall(ast.get_docstring(bad) or "") == ["whoever"]  # type: ignore[arg-type]
