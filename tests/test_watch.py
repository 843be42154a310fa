"""`cnngrade check --watch`: what is saved is checked again, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cnngrade.cli import main as cli
from cnngrade.course import find_course
from cnngrade.notebooks.writing import week_notebook
from cnngrade.services.watch import changes, dependents
from tests.support.week2_course import REFERENCE, STARTER, environment, small_course

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
WITHOUT_FORK = "from cnngrade.sandbox.outside import forkserver; forkserver.AVAILABLE = False; "
RUN = "import sys; from cnngrade.cli.main import run; sys.exit(run(sys.argv[1:]))"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Week 2 as a student has it, with a task in each of two files; training.py imports from models.py."""
    return small_course(tmp_path_factory.mktemp("course"), "count-parameters", "fully-connected", staff=False)


class Watching:
    """`check --watch` in a process group of its own, on a folder that holds the starter."""

    def __init__(
        self, tmp_path: Path, course: Path, *arguments: str, before: str = "", given: Path | None = None
    ) -> None:
        self.folder = given or shutil.copytree(STARTER, tmp_path / "work")
        command = ["check", "week2", "--watch", "--course", str(course), "--submission", str(self.folder), *arguments]
        self.temporary = tmp_path / "temporary"
        self.process = subprocess.Popen(
            [sys.executable, "-c", before + RUN, *command],
            env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def save(self, name: str, text: str) -> None:
        """As editors do it: a new file takes the place of the old one."""
        (self.folder / f".{name}.new").write_text(text, "utf-8")
        (self.folder / f".{name}.new").replace(self.folder / name)

    def report(self) -> str:
        """The next thing that it shows, to its last line."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Ctrl-C ends" in line:
                return "".join(lines)
        raise AssertionError(f"it ended: {''.join(lines)}{self.process.stderr.read() if self.process.stderr else ''}")

    def interrupt(self) -> tuple[int, str, str]:
        """Ctrl-C reaches the whole group, as from a terminal."""
        os.killpg(self.process.pid, signal.SIGINT)
        out, errors = self.process.communicate(timeout=60)
        return self.process.returncode, out, errors


@pytest.fixture
def started() -> Iterator[list[Watching]]:
    watching: list[Watching] = []
    yield watching
    for each in watching:
        if each.process.poll() is None:
            os.killpg(each.process.pid, signal.SIGKILL)
        each.process.communicate()


def heading(report: str) -> str:
    """What was saved, and how many tasks were checked."""
    found = re.search(r"^\d\d:\d\d:\d\d (.*) checked in \d+\.\d s$", report, re.M)
    assert found, report
    return found[1]


@pytest.mark.parametrize("before", ["", WITHOUT_FORK], ids=["forked", "without fork"])
def test_what_is_saved_is_checked_again(tmp_path: Path, course: Path, started: list[Watching], before: str) -> None:
    """The tasks of a saved file are checked, and no other; a file saved as it was costs nothing; Ctrl-C ends all of it."""
    watching = Watching(tmp_path, course, before=before)
    started.append(watching)
    first = watching.report()
    assert heading(first) == "everything: 2 tasks"
    assert first.count("○ missing") == 2
    training = (REFERENCE / "training.py").read_text("utf-8")
    watching.save("training.py", (STARTER / "training.py").read_text("utf-8"))  # unchanged: nothing to tell
    watching.save("notes.txt", "not used by any task")
    assert heading(watching.report()) == "notes.txt: 0 tasks"
    watching.save("training.py", training)
    second = watching.report()
    assert heading(second) == "training.py: 1 task"
    assert "✓ pass" in second
    assert "missing" not in second
    assert "2 tasks of week2: 3 of 85 points" in second
    watching.save("training.py", f"{training}\ndef f(:\n")
    third = watching.report()
    assert "SyntaxError: invalid syntax" in third
    assert "2 tasks of week2: 0 of 85 points" in third
    watching.save("training.py", training)
    assert "3 of 85 points" in watching.report()
    assert watching.interrupt() == (0, "\nno longer watching\n", "")
    assert list(watching.temporary.iterdir()) == []


def test_files_that_import_a_saved_one_are_checked_too(tmp_path: Path, course: Path, started: list[Watching]) -> None:
    """training.py imports from models.py, and so its task is checked when models.py is saved; a broken import shows."""
    watching = Watching(tmp_path, course, "--task", "count-parameters")
    started.append(watching)
    assert heading(watching.report()) == "everything: 1 task"
    watching.save("training.py", (REFERENCE / "training.py").read_text("utf-8"))
    assert "✓ pass" in watching.report()
    watching.save("models.py", "raise OSError('gone')")
    report = watching.report()
    assert heading(report) == "models.py: 1 task"
    assert "OSError: gone" in report


def test_a_crash_and_an_endless_loop_are_shown_and_left(tmp_path: Path, course: Path, started: list[Watching]) -> None:
    """A process that dies is told as `check` tells it and the next save finds another; Ctrl-C ends a loop at once."""
    watching = Watching(tmp_path, course)
    started.append(watching)
    watching.report()
    right = (REFERENCE / "training.py").read_text("utf-8")
    watching.save("training.py", right.replace("def count_parameters", "import os, signal\n\n\ndef count_parameters").replace(
        "    return sum(", "    os.kill(os.getpid(), signal.SIGSEGV)\n    return sum(",
    ))  # fmt: skip
    assert "was ended by SIGSEGV" in watching.report()
    watching.save("training.py", right)
    assert "✓ pass" in watching.report()
    os.mkfifo(tmp_path / "told")
    watching.save("training.py", f"open({str(tmp_path / 'told')!r}, 'w').close()\nwhile True:\n    pass\n")
    (tmp_path / "told").open().close()  # waits until the submission says that it runs
    children = psutil.Process(watching.process.pid).children(recursive=True)
    assert len(children) >= 2
    assert watching.interrupt() == (0, "\nno longer watching\n", "")
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert list(watching.temporary.iterdir()) == []


def test_a_saved_notebook_is_checked_again(tmp_path: Path, course: Path, started: list[Watching]) -> None:
    """A notebook's saved cells are the file that changed; its other modules are not checked again."""
    week = find_course(course).week("week2")
    modules = {name: (STARTER / name).read_text("utf-8") for name in week.files}
    notebook = tmp_path / "work" / "week2.ipynb"
    notebook.parent.mkdir()
    notebook.write_text(week_notebook(week, modules), "utf-8")
    watching = Watching(tmp_path, course, given=notebook)
    started.append(watching)
    watching.report()
    content = json.loads(notebook.read_text("utf-8"))
    content["cells"][0]["source"] = "a stray cell"
    notebook.write_text(json.dumps(content), "utf-8")
    modules["training.py"] = (REFERENCE / "training.py").read_text("utf-8")
    notebook.write_text(week_notebook(week, modules), "utf-8")
    report = watching.report()
    assert heading(report) == "training.py: 1 task"
    assert "✓ pass" in report


def test_imports_are_followed() -> None:
    """A change reaches every file that imports the changed one, through any form of import and any number of files."""
    files = {
        "models.py": b"import torch\nfrom nets.lenet import LeNet5\n",
        "training.py": b"    import numpy, models as m\n",
        "data.py": b"# import models\nmodels = 1\nfrom modelss import x\n",
        "nets/lenet.py": b"",
        "answers.md": b"import models",
    }
    assert dependents(files, {"nets/lenet.py"}) == {"nets/lenet.py", "models.py", "training.py"}
    assert dependents(files, {"data.py"}) == {"data.py"}


def test_changes_are_of_content() -> None:
    """New, gone and different files are changes; equal ones are none."""
    assert changes({"a": b"1", "b": b"2", "c": b"3"}, {"a": b"1", "b": b"x", "d": b"4"}) == {"b", "c", "d"}


REFUSED = {
    "json": (["--json"], "--watch shows the public suite on a terminal. Leave out --hidden and --json"),
    "nowhere": (["--submission", "nowhere"], "no such submission: nowhere. Give a folder or an .ipynb"),
    "archive": (["--submission", "a.zip"], "--watch: a.zip is neither a folder nor a notebook. Unpack it"),
    "library": (
        ["--submission", "."],
        "--watch needs the package watchfiles, which is not installed here. Run: pip inst",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_watched_is_one_line(
    case: str, course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not go together, or is not there, ends the command before anything is checked."""
    arguments, line = REFUSED[case]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.zip").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    command = ["check", "week2", "--watch", "--course", str(course), *arguments]
    assert cli.run(command if "--submission" in arguments else [*command, "--submission", str(STARTER)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert line in err
    assert err.count("\n") == 1
