"""`cnngrade new`: a week that is right from the first minute."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cnngrade.cli.main import run
from cnngrade.course import find_course
from cnngrade.course.scaffold import new_week
from cnngrade.errors import OutputError
from tests.support.courses import COURSE, write_course
from tests.support.week2_course import REPOSITORY
from tests.support.week2_course import run as run_alone

TITLE = 'Kernels "and" {{ braces }}, \\n'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return write_course(tmp_path / "course", COURSE.replace("weeks =", "# taught in this order\nweeks ="))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.timeout(900)
@pytest.mark.slow
def test_a_new_week_passes_verify(tmp_path: Path, course: Path) -> None:
    """The real `verify` finds that all of it holds as it stands, mechanical mutants included, whatever the title says."""
    assert run(["new", "week7", "--title", TITLE, "--course", str(course)]) == 0
    done = run_alone(tmp_path, "verify", "week7", "--mutants", "--course", course)
    assert done.stdout.endswith("All of it holds.\n")
    assert done.returncode == 0
    assert "1 correct and 0 broken samples, 5 mistakes" in done.stdout


def test_a_new_week_is_in_the_course(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """course.toml names it behind the others and keeps its comments, no other file changes, and what was written is told."""
    before = files(course)
    assert run(["new", "week2", "--title", TITLE, "--course", str(course)]) == 0
    after = files(course)
    assert {name for name in before if before[name] != after[name]} == {"assignments/course.toml"}
    assert after["assignments/course.toml"] == before["assignments/course.toml"].replace(
        b'"week1"', b'"week1", "week2"'
    )
    week = find_course(course).week("week2")
    assert (week.title, sum(task.points for task in week.tasks)) == (TITLE, 90)
    out = capsys.readouterr().out
    assert all(Path(name).name in out for name in after.keys() - before.keys())
    assert "Next: cnngrade verify week2" in out


def test_the_handouts_teach_what_is_judged(course: Path) -> None:
    """Both name every symbol and every task with its points, as this repository's own tests ask of a week."""
    new_week(find_course(course), "week2", TITLE)
    week = find_course(course).week("week2")
    for language in ("en", "zh"):
        text = (week.folder / f"handout.{language}.md").read_text("utf-8")
        for task in week.tasks:
            assert re.search(rf"^\| `{task.id}` \|.*\| {task.points:g} \|$", text, re.M)
            assert all(f"`{part}`" in text for symbol in task.symbols for part in symbol.split(":"))


REFUSED = {
    "a name": (["week two"], "'week two' is not the name of a week. Name it like the others: week6"),
    "a path": (["../week2"], "is not the name of a week"),
    "a known week": (["week1"], r"week1 is not new: .*week1 is there already\. Known: week1"),
    "a title": (["week2", "--title", "two\nlines"], "--title must be one line of text"),
    "an empty title": (["week2", "--title", " "], "--title must be one line of text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_is_one_line(case: str, course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is none or is taken, and a title that is no line: one line says so, and nothing is written."""
    arguments, line = REFUSED[case]
    before = files(course)
    assert run(["new", *arguments, "--course", str(course)]) == 2
    err = capsys.readouterr().err
    assert re.search(line, err)
    assert err.count("\n") == 1
    assert files(course) == before


@pytest.mark.parametrize("part", ["starter", "solutions", "tests/samples"])
def test_what_is_there_is_never_overwritten(part: str, course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of the new week's name, in any place, belongs to somebody."""
    (course / part / "week2").mkdir(parents=True)
    before = files(course)
    assert run(["new", "week2", "--course", str(course)]) == 2
    assert "week2 is there already" in capsys.readouterr().err
    assert files(course) == before


def test_a_full_disk_leaves_nothing_half(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a file cannot be written, none of the week is left, the course does not name it, and it can be made again."""
    before, write = files(course), Path.write_text

    def full(path: Path, *arguments: object, **more: object) -> int:
        if path.name == "test_layers.py":
            raise OSError(28, "No space left on device", str(path))
        return write(path, *arguments, **more)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match="No space left on device"):
        new_week(find_course(course), "week2", "A week")
    monkeypatch.undo()
    assert files(course) == before
    assert new_week(find_course(course), "week2", "A week")


def test_the_starter_is_written_anew(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the reference gives now takes the place of the old starter, in no other week; wrong marks change nothing."""
    assert run(["new", "week2", "--course", str(course)]) == 0
    reference, starter = course / "solutions/week2/layers.py", course / "starter/week2/layers.py"
    reference.write_text(
        reference.read_text("utf-8").replace("a convolution and a linear layer", "two layers"), "utf-8"
    )
    before = files(course)
    assert run(["new", "week2", "--starter", "--course", str(course)]) == 0
    assert {name for name, content in files(course).items() if content != before[name]} == {"starter/week2/layers.py"}
    assert 'NotImplementedError("TODO: two layers")' in starter.read_text("utf-8")
    reference.write_text(reference.read_text("utf-8").replace("# END SOLUTION", "", 1), "utf-8")
    before = files(course)
    assert run(["new", "week2", "--starter", "--course", str(course)]) == 2
    assert run(["new", "week3", "--starter", "--course", str(course)]) == 2
    assert "there is no reference of week3 in this course. Known: week1, week2" in capsys.readouterr().err
    assert files(course) == before


def test_the_page_names_commands_and_options_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """Each command that the page about a week of one's own prints is one that this version has, with its options."""
    page = (REPOSITORY / "assignments" / "README.md").read_text("utf-8")
    commands = re.findall(r"cnngrade ([a-z]+)((?: [^`\n]*)?)", page)
    assert {"new", "verify", "calibrate", "release"} <= {name for name, _ in commands}
    for name, rest in commands:
        assert run([name, "--help"]) == 0
        options = capsys.readouterr().out
        assert all(option in options for option in re.findall(r"--[a-z]+", rest)), name


def test_the_page_tells_the_limits_that_verify_has() -> None:
    """The numbers of the page are the program's."""
    from cnngrade.verify.claims import SUITE_MEGABYTES, SUITE_SECONDS

    page = (REPOSITORY / "assignments" / "README.md").read_text("utf-8")
    assert f"under {SUITE_SECONDS:.0f} s and {SUITE_MEGABYTES / 1000:.0f} GB" in page
