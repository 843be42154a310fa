from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

import cnngrade

ROOT = Path(cnngrade.__path__[0])
# From the bottom up. A part imports from the layers below its own, and from itself; parts of one layer know nothing of each
# other. `inside` runs beside student code, so what it may import is spelled out below.
LAYERS = [
    {"cnngrade"},
    {"errors", "encodings"},
    {"barrier"},
    {"records"},
    {"sandbox", "course", "datasets", "reading"},
    {"notebooks"},
    {"submissions"},
    {"judge", "reports"},
    {"reference"},
    {"backends", "release"},
    {"verify"},
    {"services", "marking"},
    {"cli"},
    {"__main__"},
]
# What a student has. `check` needs no more, and nothing of a hidden suite, of a grade or of somebody else's work is in it.
STUDENTS = {
    *("cnngrade", "errors", "encodings", "barrier", "records", "course", "datasets", "notebooks", "submissions"),
    *("sandbox", "reading", "judge"),
}
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}


def module_name(path: Path) -> str:
    parts = ("cnngrade", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def imports(path: Path) -> set[str]:
    """The modules of cnngrade that a file imports: at the top, in functions, and for typing only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is a relative import"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(name if name in MODULES else str(node.module) for name in whole)
    return {name for name in found if name.split(".")[0] == "cnngrade"}


GRAPH = {name: imports(path) for name, path in MODULES.items()}


def part(module: str) -> str:
    return [*module.split("."), "cnngrade"][1]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    """A module imports from lower layers and from its own part, lazily and for typing too."""
    for target in GRAPH[module]:
        assert part(target) == part(module) or RANK[part(target)] < RANK[part(module)], f"{module} imports {target}"


def test_a_students_part_stands_alone() -> None:
    """What a student runs imports nothing of the staff's: no reference, no recognition, no class, no release."""
    students = {name for name in GRAPH if part(name) in STUDENTS}
    assert {part(target) for name in students for target in GRAPH[name]} <= STUDENTS


def test_there_is_no_cycle() -> None:
    """Not one, of any kind: the modules can be read in an order in which nothing is used before it is explained."""
    list(graphlib.TopologicalSorter(GRAPH).static_order())


def test_the_inside_knows_nothing_of_the_outside() -> None:
    """What runs beside student code imports only what lies in its own folder: no test, no expected value, no grade."""
    inside = {name for name in GRAPH if name.startswith("cnngrade.sandbox.inside")}
    assert {target for name in inside for target in GRAPH[name]} <= inside


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short_and_named_for_what_they_hold(module: str) -> None:
    """A file reads in one sitting, and says in its name and its docstring what it is about."""
    text = MODULES[module].read_text("utf-8")
    assert len(text.splitlines()) <= 500
    assert not {"utils", "helpers", "common", "core", "misc"} & set(module.split("."))
    assert ast.get_docstring(ast.parse(text))
