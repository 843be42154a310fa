from __future__ import annotations

from pathlib import Path

import pytest

from cnngrade.cli.main import run
from tests.support.courses import STARTER, write_course


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a student's, beside a course in `course`."""
    write_course(tmp_path / "course")
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


EVERYTHING = ["answers.md", "figures/kernel.svg", "handout.en.md", "handout.zh.md", "layers.py", "shapes.py"]


def test_a_week_is_copied(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Starter, handouts with their figures and the question sheet land in ./WEEK; what draws the figures does not."""
    assert run(["start", "week1", "--course", "../course"]) == 0
    assert files(here) == [f"week1/{name}" for name in EVERYTHING]
    assert (here / "week1" / "shapes.py").read_text() == STARTER
    sheet = (here / "week1" / "answers.md").read_text(encoding="utf-8")
    assert "## overflow (10 points)\n\n> How does softmax overflow?\n>\n> softmax 为何溢出？" in sheet
    assert "exp of a large number" not in sheet
    assert "Subtracts" not in sheet
    assert "cnngrade check week1 --submission week1 --course ../course" in capsys.readouterr().out


def test_work_is_kept(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that are there stay as they are and are named; everything else is added."""
    (here / "mine").mkdir()
    (here / "mine" / "shapes.py").write_text("my work")
    (here / "mine" / "answers.md").write_text("my answers")
    assert run(["start", "week1", "--to", "mine", "--course", "../course"]) == 0
    assert (here / "mine" / "shapes.py").read_text() == "my work"
    assert (here / "mine" / "answers.md").read_text() == "my answers"
    assert files(here / "mine") == EVERYTHING
    out = capsys.readouterr().out
    assert "added: layers.py, handout.en.md, handout.zh.md, figures/kernel.svg\n" in out
    assert "kept: shapes.py, answers.md\n" in out


def test_a_link_to_nowhere_is_kept(here: Path) -> None:
    """A dangling link is somebody's, too: it is neither followed nor replaced."""
    (here / "week1").mkdir()
    (here / "week1" / "shapes.py").symlink_to(here / "elsewhere.py")
    assert run(["start", "week1", "--course", "../course"]) == 0
    assert (here / "week1" / "shapes.py").is_symlink()
    assert not (here / "elsewhere.py").exists()


@pytest.mark.parametrize("to", ["taken", "taken/week1"])
def test_a_file_in_the_way_is_one_line(here: Path, to: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where the folder should be is an error of the user's, and stays."""
    (here / "taken").write_text("a file")
    assert run(["start", "week1", "--to", to, "--course", "../course"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (here / "taken").read_text() == "a file"


@pytest.mark.parametrize("folder", ["starter", "assignments", "solutions/week1"])
def test_the_course_is_not_mixed_with_work(here: Path, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The folders that the course is made of are refused."""
    before = files(here.parent)
    assert run(["start", "week1", "--to", f"../course/{folder}", "--course", "../course"]) == 2
    assert "Name another folder with --to DIR" in capsys.readouterr().err
    assert files(here.parent) == before


def test_a_write_that_fails_leaves_nothing_half(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the file is not there at all, and the next run adds it."""

    def full(path: Path, content: bytes) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        assert run(["start", "week1", "--course", "../course"]) == 2
    assert files(here) == []
    assert run(["start", "week1", "--course", "../course"]) == 0
    assert files(here / "week1") == EVERYTHING


def test_a_course_without_starter_says_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to start from is an error, not an empty folder."""
    for path in (here.parent / "course" / "starter" / "week1").iterdir():
        path.unlink()
    assert run(["start", "week1", "--course", "../course"]) == 2
    assert "no starter files for week1" in capsys.readouterr().err
    assert files(here) == []
