"""Mechanical mutants: what is changed and how, and how those that nothing can catch are stated."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cnngrade.course.equivalents import read_equivalents
from cnngrade.errors import CourseError
from cnngrade.verify.mutants import mutants


def changes(source: str) -> set[str]:
    """What becomes of the first line of the function's body, for every mutant of it."""
    return {mutant.id.partition(" -> ")[2] for mutant in mutants("a.py", f"def f(x, y):\n    {source}\n")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("return x + 1", {"return x - 1", "return x + 2", "return x + 0", "return None"}),
        ("return x // y", {"return x / y", "return x * y"}),
        ("return x < y", {"return x <= y", "return x >= y"}),
        ("return x == y", {"return x != y"}),
        ("return x and y", {"return x or y"}),
        ("return -x", {"return x"}),
        ("return not x", {"return x"}),
        ("return True", {"return False"}),
        ("return 0.5", {"return 1.0", "return 0.0"}),
        ("return x[1:y]", {"return x[:y]", "return x[1:]", "return x[2:y]"}),
        ("return (x, y)", {"return (y, x)", "return (x,)", "return (y,)"}),
        ("return [x for x in y if x]", {"return [x for x in y]"}),
        ("return x if y else 0", {"return x", "return 0"}),
        ("x += y", {"(gone)", "x = y", "x -= y"}),
        ("return g(x, y)", {"return g(y, x)", "return g(x)", "return g(y)", "return x"}),
        ("return g(x, dim=1)", {"return g(x)", "return g(x, dim=2)", "return g(x, dim=0)", "return x"}),
        ("return x.flatten(1)", {"return x", "return x.flatten()", "return x.flatten(2)"}),
        ("return torch.relu(x)", {"return torch.tanh(x)", "return x"}),
        ("optimizer.step()", {"(gone)", "optimizer"}),
        ("while x:\n        x = g(x)", {"(gone)", "while x: ... break"}),
        ("for x in y:\n        g(x)", {"(gone)", "for x in y: ... break"}),
        ("with g():\n        x = 1", {"x = 1"}),
        ("if x:\n        g(y)", {"if not x:", "g(y)", "(gone)"}),
        ("raise ValueError(f'x is {x}')", {"(gone)", "raise RuntimeError(f'x is {x}')"}),
    ],
)
def test_each_operator_makes_its_changes(source: str, expected: set[str]) -> None:
    """Operators, constants, arguments, statements and results are changed, one at a time."""
    assert expected - changes(source) == set()


def test_what_is_for_readers_stays() -> None:
    """Docstrings, annotations and the words of an exception are no code."""
    source = 'def f(x: "int" = 1) -> "str":\n    """Adds 1."""\n    raise ValueError("no 5")\n'
    texts = [mutant.content.decode() for mutant in mutants("a.py", source)]
    assert all(('"""Adds 1."""' in text and "no 5" in text) or "raise" not in text for text in texts)
    assert all("x: 'int'" in text and "-> 'str'" in text for text in texts)


SOURCE = """\
class Net(Base):
    sizes = (1, 2)

    def forward(self, x):
        x = self.pool(x)
        x = self.pool(x)
        return x


def helper(x):
    return x + 1
"""


def test_a_mutant_is_named_by_what_it_changes() -> None:
    """The name has the file, the definition and the statement; it is unique, and the same wherever the code stands."""
    names = [mutant.id for mutant in mutants("models.py", SOURCE)]
    assert len(set(names)) == len(names)
    assert "models.py:helper: return x + 1 -> return x - 1" in names
    assert "models.py:Net.forward: x = self.pool(x) -> (gone)" in names
    assert "models.py:Net.forward: x = self.pool(x) -> (gone) (no. 2)" not in names  # both drops give the same text
    assert "models.py:Net: sizes = (1, 2) -> sizes = (2, 1)" in names
    assert names == [mutant.id for mutant in mutants("models.py", "# a comment\n\n\n" + SOURCE)]


def test_every_mutant_is_another_program() -> None:
    """Each compiles, differs from the original and from every other."""
    texts = [mutant.content for mutant in mutants("models.py", SOURCE)]
    assert len({*texts, ast.unparse(ast.parse(SOURCE)).encode()}) == len(texts) + 1
    for text in texts:
        compile(text, "models.py", "exec")


def test_the_definition_is_the_top_level_one() -> None:
    """A mutant in a method is the class's: this is what tasks judge."""
    assert {mutant.definition for mutant in mutants("models.py", SOURCE)} == {"Net", "helper"}


ENTRY = '[[mutant]]\nmutant = "a.py:f: x = 1 -> x = 2"\nbecause = "x is not used"\n'


def test_equivalents_are_read(tmp_path: Path) -> None:
    """Each entry is a mutant and the reason; a week without the file has none."""
    assert read_equivalents(tmp_path) == {}
    (tmp_path / "equivalent.toml").write_text(f"schema = 1\n\n{ENTRY}")
    assert read_equivalents(tmp_path) == {"a.py:f: x = 1 -> x = 2": "x is not used"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ENTRY, "'schema' is missing"),
        (f"schema = 1\n{ENTRY}{ENTRY}", ":6: mutant: 'a.py:f: x = 1 -> x = 2' is already on line 3"),
        (f"schema = 1\n{ENTRY}".replace("because", "since"), "unknown key 'since'"),
        (f"schema = 1\n{ENTRY}".replace('"x is not used"', '" "'), "because: must not be empty"),
        (f"schema = 1\n{ENTRY}".replace(" -> ", " to "), ":3: mutant: "),
    ],
)
def test_faults_of_the_file_are_told(tmp_path: Path, text: str, expected: str) -> None:
    """What is wrong in equivalent.toml is said with its line."""
    (tmp_path / "equivalent.toml").write_text(text)
    with pytest.raises(CourseError) as caught:
        read_equivalents(tmp_path)
    assert expected in str(caught.value)
