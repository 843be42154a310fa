"""The starter is the reference without its marked regions."""

import ast
import importlib.util
import re
import sys
from pathlib import Path

import pytest

from cnngrade.course.starter import strip, write_starter
from cnngrade.errors import CourseError

COURSE = Path(__file__).parents[1]
WEEKS = sorted(path.name for path in (COURSE / "solutions").iterdir() if path.is_dir())

REGION = '''\
class Net:
    """A net."""

    def forward(self, x):
        """Shapes."""
        # BEGIN SOLUTION
        y = x + 1
        return y
        # END SOLUTION
'''


def problems(source: str) -> list[str]:
    with pytest.raises(CourseError) as caught:
        strip(source, Path("models.py"))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("week", WEEKS)
def test_committed_starter_is_up_to_date(week, tmp_path):
    """`starter/` holds exactly what its reference generates."""
    written = write_starter(COURSE / "solutions" / week, tmp_path)
    committed = COURSE / "starter" / week
    assert sorted(path.name for path in committed.glob("*.py")) == sorted(path.name for path in written)
    for path in written:
        assert (committed / path.name).read_text() == path.read_text(), "run write_starter again"


@pytest.mark.parametrize("week", WEEKS)
def test_starter_keeps_no_trace_of_the_marks(week):
    """A student sees no region mark."""
    for path in (COURSE / "starter" / week).glob("*.py"):
        assert not re.search(r"(BEGIN|END) (SOLUTION|STARTER)", path.read_text())


def test_untouched_week2_starter_is_politely_missing(monkeypatch):
    """The starter of week 2 imports, and everything in it says TODO when it is used."""
    monkeypatch.syspath_prepend(str(COURSE / "starter" / "week2"))
    modules = {}
    for name in ("data", "models", "training"):
        spec = importlib.util.spec_from_file_location(name, COURSE / "starter" / "week2" / f"{name}.py")
        modules[name] = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, modules[name])
        spec.loader.exec_module(modules[name])
    used = []
    for name, module in modules.items():
        tree = ast.parse(Path(module.__file__).read_text())
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                count = len(node.args.args) if isinstance(node, ast.FunctionDef) else 0
                with pytest.raises(NotImplementedError, match=f"TODO: {node.name}"):
                    getattr(module, node.name)(*[None] * count)
                used.append(f"{name}.{node.name}")
    assert len(used) == 14


def test_region_becomes_a_todo_at_its_indentation():
    """A solution region turns into a `raise` that names the enclosing definition."""
    starter = strip(REGION)
    assert starter.endswith('        """Shapes."""\n        raise NotImplementedError("TODO: Net.forward")\n')
    assert "y = x + 1" not in starter


def test_todo_text_may_be_given():
    """Text behind BEGIN SOLUTION is what the TODO says, quotes included."""
    starter = strip('def f():\n    ### BEGIN SOLUTION: say "hi"\n    return 1\n    ### END SOLUTION\n')
    assert starter == 'def f():\n    raise NotImplementedError("TODO: say \\"hi\\"")\n'


def test_starter_region_stands_in_for_the_solution():
    """A STARTER region right behind a SOLUTION region replaces it, without a TODO line."""
    source = "def f():\n    # BEGIN SOLUTION\n    return 512\n    # END SOLUTION\n"
    source += "    # BEGIN STARTER\n    # if True:\n    #     return 2048\n    #\n    # END STARTER\n"
    assert strip(source) == "def f():\n    if True:\n        return 2048\n\n"


def test_two_regions_of_one_function_are_both_stripped():
    """What lies between two regions stays."""
    source = "def f():\n    # BEGIN SOLUTION: a\n    a = 1\n    # END SOLUTION\n    b = 2\n"
    source += "    # BEGIN SOLUTION: c\n    c = 3\n    # END SOLUTION\n"
    assert strip(source).count("raise") == 2
    assert "    b = 2\n" in strip(source)


def test_mark_inside_a_string_is_text():
    """Marks are comments; a docstring may talk about them."""
    source = 'TEXT = """\n# BEGIN SOLUTION\n"""\n'
    assert strip(source) == source


def test_source_without_marks_is_unchanged():
    """Nothing marked, nothing changed."""
    assert strip("x = 1\n") == "x = 1\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# BEGIN SOLUTION\nx = 1\n", ["models.py:1: BEGIN SOLUTION without an END SOLUTION behind it"]),
        ("x = 1\n# END SOLUTION\n", ["models.py:2: END SOLUTION without a BEGIN SOLUTION before it"]),
        (
            "# BEGIN SOLUTION\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n",
            ["models.py:2: BEGIN SOLUTION inside the SOLUTION region of line 1"],
        ),
        (
            "# BEGIN SOLUTION\nx = 1\n# END STARTER\n",
            [
                "models.py:3: END STARTER without a BEGIN STARTER before it",
                "models.py:1: BEGIN SOLUTION without an END SOLUTION behind it",
            ],
        ),
        ("x = 1  # BEGIN SOLUTION\n", ["models.py:1: BEGIN SOLUTION must stand alone on its line"]),
        (
            "# BEGIN STARTER\nx = 1\n# END STARTER\n",
            ["models.py:2: a line of a STARTER region must begin with '# '"],
        ),
        ("x = (\n", ["models.py:1: the reference is not valid Python: '(' was never closed"]),
    ],
)
def test_every_bad_mark_is_reported_with_its_line(source, expected):
    """Unmatched, nested and misplaced marks are all reported, with file and line."""
    assert problems(source) == expected


def test_starter_that_is_no_python_is_reported():
    """A region that tears a statement apart is a problem of the reference."""
    source = "x = [\n    # BEGIN SOLUTION\n    1,\n    # END SOLUTION\n]\n"
    assert problems(source)[0].startswith("models.py: the starter is not valid Python")


def test_nothing_is_written_when_one_file_is_bad(tmp_path):
    """One bad reference file stops the whole starter, and all problems are listed."""
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("# BEGIN SOLUTION\n")
    (tmp_path / "c.py").write_bytes(b"\xff")
    with pytest.raises(CourseError) as caught:
        write_starter(tmp_path, tmp_path / "starter")
    assert [problem.path.name for problem in caught.value.problems] == ["b.py", "c.py"]
    assert not (tmp_path / "starter").exists()


def test_folder_without_python_is_reported(tmp_path):
    """A mistyped folder is no empty starter."""
    with pytest.raises(CourseError, match="holds no"):
        write_starter(tmp_path / "week22", tmp_path / "starter")
