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
    {"errors", "encodings", "events"},
    {"barrier"},
    {"records"},
    {"sandbox", "course", "datasets", "reading"},
    {"notebooks"},
    {"submissions"},
    {"judge", "reports"},
    {"reference"},
    {"backends", "release", "marking"},
    {"verify"},
    {"services"},
    {"cli"},
    {"__main__"},
]
# What a student has. `check` needs no more, and nothing of a hidden suite, of a grade or of somebody else's work is in it.
STUDENTS = {
    *(
        "cnngrade",
        "errors",
        "encodings",
        "events",
        "barrier",
        "records",
        "course",
        "datasets",
        "notebooks",
        "submissions",
    ),
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


SILENT = {"services", "backends", "records", "judge", "verify", "submissions", "release"}


@pytest.mark.parametrize("module", [name for name in MODULES if part(name) in SILENT | {"reports"}])
def test_only_faces_know_a_terminal(module: str) -> None:
    """What works yields events, or returns what it has found: it prints nothing, and imports nothing that does."""
    if module == "cnngrade.reports.terminal":
        return  # it renders reports for a terminal
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            origin = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            names = {origin, *(f"{origin}.{alias.name}".strip(".") for alias in node.names)}
            assert not {"click", "rich"} & {name.split(".")[0] for name in names}, f"{module}:{node.lineno}"
        assert not (isinstance(node, ast.Call) and ast.unparse(node.func) == "print"), f"{module}:{node.lineno}"


@pytest.mark.parametrize("module", MODULES)
def test_modules_are_short_and_named_for_what_they_hold(module: str) -> None:
    """A file reads in one sitting, and says in its name and its docstring what it is about."""
    text = MODULES[module].read_text("utf-8")
    assert len(text.splitlines()) <= 500
    assert not {"utils", "helpers", "common", "core", "misc"} & set(module.split("."))
    assert ast.get_docstring(ast.parse(text))


TOTALS = {"auto_score", "auto_max_score", "score", "max_score"}


def decisions(tree: ast.AST) -> list[str]:
    """Where a file adds up scores, gives a report its totals, or chooses its status; comparing and naming is neither."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp(elt=part), *_]) if not isinstance(
                part, ast.Compare
            ) and any(isinstance(name, ast.Attribute) and name.attr in TOTALS for name in ast.walk(part)):
                found.append(f"line {node.lineno} adds up scores")
            case ast.keyword(arg="status" | "auto_score" | "auto_max_score"):
                found.append(f"line {node.value.lineno} states {node.arg}")
            case ast.Attribute(value=ast.Name(id="Status")) if not isinstance(parents[node], ast.Compare | ast.Dict):
                found.append(f"line {node.lineno} chooses {node.attr}")
    return found


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"cnngrade.records.scoring"}))
def test_totals_and_status_come_from_one_place(module: str) -> None:
    """Only `records.scoring` adds up the points of a report and says which status follows."""
    assert decisions(ast.parse(MODULES[module].read_text("utf-8"))) == []


def test_scoring_is_where_they_are_decided() -> None:
    """The test above would see a second place: it sees the first one."""
    assert len(decisions(ast.parse(MODULES["cnngrade.records.scoring"].read_text("utf-8")))) > 5


def test_no_two_public_classes_share_a_name() -> None:
    """A reader who searches for a class by its name finds one."""
    places: dict[str, list[str]] = {}
    for module, path in MODULES.items():
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
