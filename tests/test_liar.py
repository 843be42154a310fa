"""The liar of `verify`, on a small course: what it earns, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cnngrade.course import find_course
from cnngrade.verify.liar import LIES, Lied, lied_to
from tests.support.courses import ASSIGNMENT, write_course

CONSTANT = '''
@task("output-size")
def test_constant(inside):
    """A size that is the same for everybody."""
    same(inside.call("shapes.py:conv2d_output_size", 28, 5), 24)
'''
DRAWN = '''
@task("output-size")
def test_drawn(inside):
    """A size that nobody knows before it is asked."""
    height, kernel = 100 + rng(1).randrange(10**6), rng(2).randrange(1, 9)
    same(inside.call("shapes.py:conv2d_output_size", height, kernel), height - kernel + 1)
'''
BOOLEAN = '''
@task("output-size")
def test_sorted(inside):
    """What is said of drawn numbers, and not a number itself."""
    x = images(5, seed=1)
    same(bool(inside.call("shapes.py:above", x.abs() + 1)), True)
'''
ECHO = '''
@task("output-size")
def test_unchanged(inside):
    """The argument afterwards is what it was before."""
    x = images(5, seed=1)
    same(inside.call_strided("shapes.py:above", x)["arguments"], [x])
'''
REFERENCE = """\
def conv2d_output_size(size, kernel):
    return size - kernel + 1


def above(x):
    return bool((x > 0).all())


def trace():
    return None
"""


def lied(root: Path, *tests: str) -> Lied:
    write_course(root, assignment=ASSIGNMENT.replace('needs = ["cuda"]\n', ""))
    week = root / "assignments" / "week1"
    (week / "hidden").mkdir(exist_ok=True)
    for old in (week / "hidden").glob("*.py"):
        old.unlink()
    (week / "mistakes").mkdir(exist_ok=True)
    head = "from cnngrade.judge.suite import images, rng, same, task\n"
    (week / "hidden" / "test_shapes.py").write_text(head + "".join(tests), encoding="utf-8")
    (root / "solutions" / "week1").mkdir(parents=True, exist_ok=True)
    (root / "solutions" / "week1" / "shapes.py").write_text(REFERENCE, encoding="utf-8")
    (root / "solutions" / "week1" / "layers.py").write_text("class Net: ...\n", encoding="utf-8")
    course = find_course(root, root)
    return lied_to(course, course.week("week1"), "cpu", None, ["output-size"])


@pytest.mark.parametrize(
    ("test", "name"), [(CONSTANT, "test_constant"), (BOOLEAN, "test_sorted"), (ECHO, "test_unchanged")]
)
def test_what_can_be_stated_is_a_claim(tmp_path: Path, test: str, name: str) -> None:
    """A constant, a boolean and an argument given back need no code; a task that asks for nothing else is earned by a lie."""
    found = lied(tmp_path, test)
    assert found.claims == {"output-size": {name: True}}
    assert found.kind("output-size", name) == "claim"
    assert list(found.earned) == ["output-size"]


def test_what_has_to_be_computed_is_evidence(tmp_path: Path) -> None:
    """A number that follows from a drawn question is no claim, and saves a task that claims alone would give away."""
    found = lied(tmp_path, CONSTANT, DRAWN)
    assert found.claims == {"output-size": {"test_constant": True, "test_drawn": False}}
    assert found.kind("output-size", "test_drawn") == "evidence"
    assert not found.earned


def test_the_commonest_answer_is_said_part_by_part() -> None:
    """The liar gives for each part of an answer the most common recorded value of this part alone."""
    answers = [
        {"mode": True, "sizes": [3, 4], "label": torch.tensor([1, 2])},
        {"mode": False, "sizes": [3, 5], "label": torch.tensor([1, 7])},
        {"mode": True, "sizes": [2, 4], "label": torch.tensor([9, 2])},
    ]
    said = LIES["the commonest answer"](answers, ())
    assert said["mode"] is True
    assert said["sizes"] == [3, 4]
    assert said["label"].tolist() == [1, 2]
