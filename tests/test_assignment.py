from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cnngrade.course.assignment import read_assignment
from cnngrade.course.course_file import CourseFile, key_lines
from tests.support.courses import ASSIGNMENT

ROOT = Path(__file__).parents[1]

UNLIKELY = '''\
# a = "not a key"
title = "a # no comment" # a comment
prompt.en = """
[[task]]
trap = 1 \\""" still inside"""
prompt."z h" = \'\'\'
[table]\'\'\'
lists = [  # one item a line
  1, [2, "]"],

  { deep = { x = 1 }, "y" = [3] },
]
when = 1979-05-27 07:32:00
nothing = []
[table . inner]
'quoted key' = 'C:\\'

[[task]]
[task.limits]
seconds = 1
[[task.data]]
name = "a"
[[task.data]]
name = "b"
[[task]]
data = [{ name = "c" },
  { name = "d" }]
'''


def every_path(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    if isinstance(value, list):
        items = list(enumerate(value))
    return [path] + [each for key, item in items for each in every_path(item, (*path, key))]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("prompt",), 3),
        (("prompt", "en"), 3),
        (("prompt", "z h"), 6),
        (("lists",), 8),
        (("lists", 0), 9),
        (("lists", 1), 9),
        (("lists", 1, 1), 9),
        (("lists", 2), 11),
        (("lists", 2, "deep", "x"), 11),
        (("lists", 2, "y", 0), 11),
        (("when",), 13),
        (("nothing",), 14),
        (("table", "inner"), 15),
        (("table", "inner", "quoted key"), 16),
        (("task", 0), 18),
        (("task", 0, "limits", "seconds"), 20),
        (("task", 0, "data", 0, "name"), 22),
        (("task", 0, "data", 1, "name"), 24),
        (("task", 1), 25),
        (("task", 1, "data", 0, "name"), 26),
        (("task", 1, "data", 1, "name"), 27),
    ],
)
def test_each_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    """Tables, arrays of tables, dotted and quoted keys, inline tables and multi-line strings keep their line."""
    assert key_lines(UNLIKELY)[path] == line


@pytest.mark.parametrize("text", [UNLIKELY, UNLIKELY.replace("\n", "\r\n"), ASSIGNMENT, "", "a = 1"])
def test_the_locator_knows_the_keys_that_tomllib_reads(text: str) -> None:
    """The locator finds exactly the keys and items of the document that tomllib reads."""
    assert set(key_lines(text)) == set(every_path(tomllib.loads(text))) - {()}


@pytest.mark.parametrize("path", sorted(ROOT.glob("assignments/**/*.toml")), ids=lambda path: path.name)
def test_the_locator_reads_the_real_course(path: Path) -> None:
    """Every key of the course's own files has a line."""
    text = path.read_text(encoding="utf-8")
    assert set(key_lines(text)) == set(every_path(tomllib.loads(text))) - {()}


def read(folder: Path, text: str | bytes) -> CourseFile:
    path = folder / "assignment.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    file = CourseFile(path)
    assert read_assignment(file) is None, "a wrong file was accepted"
    return file


def test_a_right_file_is_read_whole(tmp_path: Path) -> None:
    """Limits that a task does not state are the week's, and each task knows its line."""
    (tmp_path / "assignment.toml").write_text(ASSIGNMENT)
    assignment = read_assignment(CourseFile(tmp_path / "assignment.toml"))
    assert assignment is not None
    first, second = assignment.tasks
    assert assignment.files == ("shapes.py", "layers.py")
    assert (first.id, first.points, first.line) == ("output-size", 60, 10)
    assert (first.limits.seconds, first.limits.cpu_seconds, first.limits.memory_mb) == (20, 40, 2000)
    assert (second.limits.seconds, second.limits.memory_mb, second.limits.output_kb) == (900, 2000, 64)
    assert second.symbols == ("layers.py:Net", "shapes.py:trace")
    assert second.needs == ("cuda",)
    assert (second.data[0].name, second.data[0].threshold) == ("mnist", 0.97)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("points = 60", "pionts = 60", "unknown key 'pionts'. Did you mean 'points'?"),
        ("memory_mb = 2000", "ram = 2000", "unknown key 'ram'. Known: seconds, cpu_seconds, memory_mb, output_kb"),
        ("seconds = 900", "secs = 900", "unknown key 'secs'. Did you mean 'seconds'?"),
        ("epochs = 3", "epoch = 3", "unknown key 'epoch'. Did you mean 'epochs'?"),
        ("points = 60", 'points = "60"', "points: should be a valid number, got '60'"),
        ("points = 60", "points = true", "points: should be a valid number, got True"),
        ("points = 60", "points = -5", "points: should be greater than or equal to 0, got -5"),
        ("points = 60", "points = nan", "points: should be a finite number, got nan"),
        ("epochs = 3", "epochs = 2.5", "epochs: should be a valid integer, got 2.5"),
        ('id = "training"', 'id = "output-size"', "id: 'output-size' is already on line 11"),
        ('id = "training"', 'id = "Training!"', "id: should be lower-case words joined by hyphens, got 'Training!'"),
        ('title = "Shapes"', 'title = " "', "title: must not be empty"),
        (
            "layers.py:Net",
            "layer.py:Net",
            "symbols: 'layer.py' of 'layer.py:Net' is not in 'files' (shapes.py, layers.py)",
        ),
        ("layers.py:Net", "layers.Net", "symbols: 'layers.Net' is not of the form 'file.py:Name'"),
        ("layers.py:Net", "shapes.py:trace", "symbols: 'shapes.py:trace' is already on line 20"),
        ('"shapes.py", ', '"../shapes.py", "shapes.py", ', "files: '../shapes.py' is not the name of a Python file"),
        (
            '{ net = "layers.py:Other" }',
            '{ epoch = "layers.py:Other" }',
            "training: states the 'net', or several 'nets'",
        ),
        (
            '{ net = "layers.py:Other" }',
            '{ nets = ["layers.py:Net", "layers.py:Other"], by = "layers.py:train" }',
            "training: 'by' trains one 'net'",
        ),
        ('["cuda"]', '["gpu"]', "needs: 'gpu' is unknown; it can be 'cuda'"),
        ('["cuda"]', '"cuda"', "needs: should be a list, got 'cuda'"),
        ("threshold = 0.97", "threshold = 97", "threshold: should be less than or equal to 1, got 97"),
        ("threshold = 0.97", "threshold = 0", "threshold: should be greater than 0, got 0"),
        ('"mnist"', '"minst"', "name: 'minst' is unknown; it can be 'mnist', 'cifar10', 'cifar10-jpeg' or 'digits'"),
        ("limits = { seconds = 900 }", "limits = 900", "limits: should be a table, got 900"),
    ],
)
def test_an_error_is_told_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """One wrong value is one problem, on the line where it stands; a misspelt key is also missed where it is needed."""
    assert ASSIGNMENT.count(old) == 1
    text = ASSIGNMENT.replace(old, new)
    (problem,) = (problem for problem in read(tmp_path, text).problems if "is missing" not in problem.message)
    assert problem.message.startswith(expected)
    assert new in text.splitlines()[problem.line - 1]


def test_a_missing_key_is_told_with_the_line_of_its_table(tmp_path: Path) -> None:
    """What is not there has no line; the table that lacks it has."""
    (problem,) = read(tmp_path, ASSIGNMENT.replace('title = "A net that trains"\n', "")).problems
    assert (problem.line, problem.message) == (16, "'title' is missing")


def test_all_errors_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """The first error hides no other."""
    text = ASSIGNMENT.replace("points = 60", "points = -1").replace('"training"', '"output-size"')
    text = text.replace("layers.py:Net", "Net").replace("0.97", "2").replace("schema = 1", "schema = 2")
    assert sorted(problem.line for problem in read(tmp_path, text).problems) == [1, 13, 17, 20, 27]


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("schema = 1\ntitle = \n", 2, "is not TOML: Invalid value"),
        ("schema = 1\n\ntitle = 'a", 3, "is not TOML: "),
        ("a = [\n1,\n", 2, "is not TOML: "),
        ("a = 1\na = 2\n", 2, "is not TOML: "),
        (b"a = 1\nb = '\xff'\n", 2, "is not UTF-8"),
        ("a = " + "[" * 100_000, 1, "is not TOML: "),
    ],
)
def test_a_text_that_is_no_toml_is_one_problem(tmp_path: Path, text: str | bytes, line: int, expected: str) -> None:
    """A file that cannot be read is one problem, on the line where reading stopped."""
    (problem,) = read(tmp_path, text).problems
    assert problem.line == line
    assert problem.message.startswith(expected)


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    """A file that is not there is told as such, without a line."""
    file = CourseFile(tmp_path / "assignment.toml")
    read_assignment(file)
    assert [str(problem) for problem in file.problems] == [f"{tmp_path / 'assignment.toml'}: the file is missing"]
