"""Mistake files: how they are read, and that every committed one can be applied."""

import ast
import tomllib
from pathlib import Path

import pytest

from cnngrade.course.mistakes import Mistake, apply, read_mistakes
from cnngrade.errors import CourseError

COURSE = Path(__file__).parents[1]
WEEKS = sorted(path.parent for path in (COURSE / "assignments").glob("*/mistakes"))
FILES = [
    pytest.param(path, id=f"{path.parts[-3]}-{path.stem}") for week in WEEKS for path in week.glob("mistakes/*.py")
]

GOOD = '''"""Adds instead of multiplying."""

import math

TASK = "product"
FILE = "training.py"
HINT = "Look at the sign."
ALSO = ["power"]


def log_sum(a, b):
    return math.log(a + b)


def product(a, b):
    return log_sum(a, b)
'''
REFERENCE = {
    "training.py": b'''"""Training."""

import torch


def one():
    return 1


@torch.no_grad()
def product(a, b):
    return a * b


def power(a, b):
    return a**b
''',
    "data.py": b"x = 1\n",
}


def write(folder: Path, text: str, name: str = "adds.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def problems(folder: Path) -> list[str]:
    mistakes, found = read_mistakes(folder)
    assert not mistakes
    return [f"{problem.line}: {problem.message}" for problem in found]


@pytest.mark.parametrize("path", FILES)
def test_committed_mistake_applies_and_compiles(path):
    """A known mistake names tasks of its week, and changes the reference into other valid Python."""
    week = path.parents[1]
    tasks = {task["id"] for task in tomllib.loads((week / "assignment.toml").read_text())["task"]}
    mistakes, found = read_mistakes(path.parent)
    mistake = next(mistake for mistake in mistakes if mistake.source_path == path)
    assert not found
    assert {mistake.task, *mistake.also} <= tasks
    reference = {file.name: file.read_bytes() for file in (COURSE / "solutions" / week.name).glob("*.py")}
    changed = apply(mistake, reference)
    assert [name for name in reference if changed[name] != reference[name]] == [mistake.file]
    tree = compile(changed[mistake.file], mistake.file, "exec", ast.PyCF_ONLY_AST)
    assert ast.dump(tree) != ast.dump(ast.parse(reference[mistake.file]))
    compile(tree, mistake.file, "exec")


@pytest.mark.parametrize("week", WEEKS, ids=lambda week: week.name)
def test_no_two_mistakes_are_alike(week):
    """Two mistakes that change the reference into the same code would be indistinguishable."""
    reference = {file.name: file.read_bytes() for file in (COURSE / "solutions" / week.name).glob("*.py")}
    mistakes, _ = read_mistakes(week / "mistakes")
    code = [ast.dump(ast.parse(apply(mistake, reference)[mistake.file])) for mistake in mistakes]
    assert len(set(code)) == len(mistakes)


def test_mistake_file_is_read(tmp_path):
    """Title, task, file, hint and dependent tasks come from the file; the id is its name."""
    path = write(tmp_path, GOOD)
    expected = Mistake(
        id="adds",
        title="Adds instead of multiplying.",
        task="product",
        also=("power",),
        file="training.py",
        hint="Look at the sign.",
        source_path=path,
    )
    assert read_mistakes(tmp_path) == ([expected], [])


def test_mistake_file_is_never_run(tmp_path):
    """Reading and applying a mistake executes none of it."""
    write(tmp_path, GOOD.replace("import math", "import no_such_module"))
    mistakes, found = read_mistakes(tmp_path)
    assert not found
    assert b"import no_such_module" in apply(mistakes[0], REFERENCE)["training.py"]


def test_apply_replaces_adds_and_imports(tmp_path):
    """Definitions replace their namesakes, decorators included; others and imports are added; other files stay."""
    write(tmp_path, GOOD)
    changed = apply(read_mistakes(tmp_path)[0][0], REFERENCE)
    text = changed["training.py"].decode()
    assert changed["data.py"] == REFERENCE["data.py"]
    assert "no_grad" not in text
    assert "a * b" not in text
    names = [getattr(node, "name", type(node).__name__) for node in ast.parse(text).body]
    assert names == ["Expr", "Import", "Import", "one", "log_sum", "product", "power"]
    space: dict = {}
    exec(text.replace("import torch", ""), space)
    assert space["product"](0.5, 0.5) == 0.0


def test_missing_folder_holds_no_mistakes(tmp_path):
    """A week may have no known mistakes yet."""
    assert read_mistakes(tmp_path / "mistakes") == ([], [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"""Adds instead of multiplying."""\n', "", ["1: the docstring is the mistake's title: one line"]),
        ('TASK = "product"\n', "", ["0: TASK is missing"]),
        ('"Look at the sign."', "3", ["7: HINT must be a text that is not empty"]),
        ('"Look at the sign."', "open('x').read()", ["7: HINT must be a text that is not empty"]),
        ('"training.py"', '"../training.py"', ["6: FILE must be the name of a Python file, not '../training.py'"]),
        ('["power"]', '"power"', ["8: ALSO must be a list of task ids"]),
        ("ALSO", "ELSE", ["8: only TASK, FILE, HINT and ALSO are set in a mistake's file"]),
        ("ALSO = ", "print", ["8: only TASK, FILE, HINT, ALSO, imports and definitions go here"]),
        ("def log_sum", "def product", ["15: product is defined twice"]),
        (
            "import math",
            "from __future__ import annotations",
            ["3: a __future__ import cannot be moved into the reference"],
        ),
        ("def product(a, b):", "def product(a, b:", ["15: is not valid Python: '(' was never closed"]),
    ],
)
def test_each_fault_is_reported_with_its_line(tmp_path, old, new, expected):
    """What is wrong in a mistake's file is said with its line."""
    write(tmp_path, GOOD.replace(old, new, 1))
    assert problems(tmp_path) == expected


def test_all_faults_of_all_files_are_reported_at_once(tmp_path):
    """One reading lists everything, and still returns the good mistakes."""
    write(tmp_path, GOOD)
    write(tmp_path, "", "Bad_Name.py")
    mistakes, found = read_mistakes(tmp_path)
    assert [mistake.id for mistake in mistakes] == ["adds"]
    assert len(found) == 6


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("training.py", "models.py", "which the reference does not have"),
        ("def product", "def quotient", "none of which is in the reference's training.py"),
    ],
)
def test_mistake_that_fits_nothing_is_a_course_error(tmp_path, old, new, match):
    """A mistake that cannot change the reference is the course's fault, and says so."""
    write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(CourseError, match=match):
        apply(read_mistakes(tmp_path)[0][0], REFERENCE)
