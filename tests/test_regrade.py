"""Grading a class again after something has changed: what is judged again, what is kept, and what is said of it."""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

import cnngrade
from cnngrade.cli import main as cli
from cnngrade.course import find_course
from cnngrade.course.assignment import Limits
from cnngrade.judge.draws import Draws
from cnngrade.judge.session import Ask
from cnngrade.reference import models as models_module
from cnngrade.reference.models import KeepingSession
from cnngrade.sandbox.outside.forked import trusted
from cnngrade.services import conditions
from cnngrade.services.conditions import conditions_of, difference, digest_of_what_judges
from tests.support.week2_course import REFERENCE, environment, reference, run, small_course

pytestmark = pytest.mark.slow
COUNTED_WRONGLY = (REFERENCE / "training.py").read_text("utf-8").replace(" if p.requires_grad", "")
Grade = Callable[..., "Done"]
SUITE = "course/assignments/week2/hidden/test_training.py"


@dataclass
class Done:
    """What a run of the command gave."""

    code: int
    out: str
    lines: list[str]


@pytest.fixture
def grade(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs `cnngrade grade` on FOLDER/class, in this process."""

    def run_in(folder: Path, *more: str) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "no-cache"))
        monkeypatch.delenv("CNNGRADE_DATA", raising=False)
        code = cli.run(["grade", "week2", "class", "--out", "out", "--course", "course", *more])
        told = capsys.readouterr()
        return Done(code, told.out, told.err.splitlines())

    return run_in


def tasks_of(folder: Path, student: str) -> dict[str, Any]:
    report = json.loads((folder / "out" / "reports" / student / "report.json").read_text("utf-8"))
    return {task["id"]: task for task in report["tasks"]}


def changes(folder: Path) -> list[dict[str, str]]:
    with (folder / "out" / "changes.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("once")
    small_course(folder / "course", "count-parameters", "evaluate")
    (folder / "class").mkdir()
    reference(folder / "class" / "ada")
    reference(folder / "class" / "bob", training=COUNTED_WRONGLY)
    assert run(folder, "grade", "week2", "class", "--out", "out", "--course", "course").returncode == 1
    return folder


@pytest.fixture
def graded(graded_once: Path, tmp_path: Path) -> Path:
    """A folder in which ada has all points, and bob lost those of `count-parameters`."""
    shutil.copytree(graded_once, tmp_path, dirs_exist_ok=True)
    return tmp_path


def mend(graded: Path) -> None:
    """Takes back the tests that bob fails."""
    suite = graded / SUITE
    text = suite.read_text("utf-8")
    strict = '["plain", "frozen", "shared", "tied", "nested"]'
    assert strict in text
    suite.write_text("# A remark.\n" + text.replace(strict, '["plain", "shared"]'), "utf-8")


def test_another_secret_judges_all_again(graded: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another secret everybody is judged again, and keeps their verdicts; under the same one nobody is."""
    before = {student: tasks_of(graded, student) for student in ("ada", "bob")}
    assert grade(graded).out == "0 of 2 graded, 2 unchanged; open out/index.html\n"
    (graded / "elsewhere").write_text("another secret, of another machine\n", "utf-8")
    monkeypatch.setenv("CNNGRADE_SECRET_FILE", str(graded / "elsewhere"))
    assert grade(graded).out == "2 of 2 graded, 0 unchanged; open out/index.html\n"
    assert not (graded / "out" / "changes.csv").exists()
    for student, tasks in before.items():
        after = tasks_of(graded, student)
        assert {name: task["verdict"] for name, task in after.items()} == {
            name: task["verdict"] for name, task in tasks.items()
        }


def test_the_secret_is_in_nothing_that_is_handed_out(graded: Path) -> None:
    """No report, page, table or database of a run holds the course's secret, nor the key that draws follow from."""
    secret = (graded / "course" / "secret").read_bytes().strip()
    for path in (graded / "out").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret not in content
            assert Draws(secret, "week2")._key.hex().encode() not in content


def test_a_mended_test_is_run_again_and_no_other(graded: Path, grade: Grade) -> None:
    """A changed test judges its own task of everybody again; whose points moved, and why, is printed and listed."""
    before = {student: tasks_of(graded, student) for student in ("ada", "bob")}
    mend(graded)
    done = grade(graded)
    assert (done.code, done.out) == (0, "2 of 2 graded, 0 unchanged; open out/index.html\n")
    assert done.lines[-2:] == [
        "the task's tests have changed: points of 1 task went up, of 0 down",
        "whose: out/changes.csv",
    ]
    (row,) = changes(graded)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row.pop("at"))
    assert row == {
        "student": "bob", "week": "week2", "task": "count-parameters", "before": "0",
        "after": f"{before['bob']['count-parameters']['max_score']:g}", "verdict_before": "wrong",
        "verdict_after": "pass", "why": "the task's tests have changed",
    }  # fmt: skip
    for student, tasks in before.items():
        after = tasks_of(graded, student)
        assert after["evaluate"] == tasks["evaluate"]  # to the millisecond: it was not run
        assert len(after["count-parameters"]["tests"]) == len(tasks["count-parameters"]["tests"]) - 3


def test_one_task_one_student_some_students(graded: Path, grade: Grade) -> None:
    """`--task`, `--only` and `--limit` leave everything else as it is stored, and the next run does the rest."""
    mend(graded)
    path = graded / "course" / "assignments" / "week2" / "assignment.toml"
    path.write_text(path.read_text("utf-8").replace("memory_mb = 2000", "memory_mb = 2500"), "utf-8")
    before = {student: tasks_of(graded, student) for student in ("ada", "bob")}
    assert grade(graded, "--only", "bob", "--task", "count-parameters").out.startswith("1 of 1 graded, 0 unchanged")
    after = tasks_of(graded, "bob")
    assert (after["count-parameters"]["verdict"], after["evaluate"]) == ("pass", before["bob"]["evaluate"])
    assert tasks_of(graded, "ada") == before["ada"]
    assert grade(graded, "--limit", "1").out.startswith("1 of 2 graded, 1 unchanged")
    assert grade(graded).out.startswith("1 of 2 graded, 1 unchanged")
    assert tasks_of(graded, "bob")["count-parameters"] == after["count-parameters"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--only", "bop"), "there is no submission of 'bop'. Did you mean 'bob'?"),
        (("--task", "evaluat"), "week2 has no task 'evaluat'. Did you mean 'evaluate'?"),
    ],
)
def test_a_name_that_is_not_there_is_one_line(
    graded: Path, grade: Grade, arguments: tuple[str, ...], line: str
) -> None:
    """A student or a task that does not exist is told with the nearest one that does; nothing is graded."""
    done = grade(graded, *arguments)
    assert (done.code, done.out) == (2, "")
    assert line in done.lines[-1]


def test_a_task_of_its_own_first(tmp_path: Path, grade: Grade) -> None:
    """After `--task` alone a report is incomplete, says what is missing, and takes no points for it."""
    small_course(tmp_path / "course", "count-parameters", "evaluate")
    (tmp_path / "class").mkdir()
    reference(tmp_path / "class" / "ada")
    assert grade(tmp_path, "--task", "evaluate").code == 0
    report = json.loads((tmp_path / "out" / "reports" / "ada" / "report.json").read_text("utf-8"))
    assert (report["status"], report["pending"]) == ("incomplete", ["count-parameters"])
    assert report["notes"] == ["still to be judged: count-parameters"]
    assert [task["verdict"] for task in report["tasks"]] == ["not_graded", "pass"]
    assert report["auto_score"] == report["auto_max_score"] == report["tasks"][1]["max_score"]
    assert grade(tmp_path).code == 0
    assert [task["verdict"] for task in tasks_of(tmp_path, "ada").values()] == ["pass", "pass"]


def test_a_task_called_written_is_a_task(tmp_path: Path, grade: Grade) -> None:
    """A task may have any id, `written` too: it is judged again when what judges it changes, and only then."""
    week = small_course(tmp_path / "course", "count-parameters") / "assignments" / "week2"
    for path in [week / "assignment.toml", *week.glob("*/*.py")]:
        path.write_text(path.read_text("utf-8").replace('"count-parameters"', '"written"'), "utf-8")
    (tmp_path / "class").mkdir()
    reference(tmp_path / "class" / "ada")
    assert grade(tmp_path).out.startswith("1 of 1 graded, 0 unchanged")
    assert tasks_of(tmp_path, "ada")["written"]["verdict"] == "pass"
    assert grade(tmp_path).out.startswith("0 of 1 graded, 1 unchanged")
    (week / "probes.py").write_text((week / "probes.py").read_text("utf-8") + "\nUNUSED = 1\n", "utf-8")
    assert grade(tmp_path).out.startswith("1 of 1 graded, 0 unchanged")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills a process group")
def test_kill_minus_nine_costs_nothing(tmp_path: Path, grade: Grade) -> None:
    """Killed twice at any moment and resumed, a run ends with one result each, those of an undisturbed run."""
    small_course(tmp_path / "course", "count-parameters", "evaluate")
    (tmp_path / "class").mkdir()
    for number in range(8):
        reference(tmp_path / "class" / f"s{number:02}", **({"training": COUNTED_WRONGLY} if number % 3 == 0 else {}))
    command = [sys.executable, "-m", "cnngrade", "grade", "week2", "class", "--course", "course", "--workers", "1"]
    for _ in range(2):
        with subprocess.Popen(
            [*command, "--out", "out"], cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL, text=True, start_new_session=True,
        ) as process:  # fmt: skip
            assert process.stderr is not None
            process.stderr.readline()  # something is stored, or all was
            time.sleep(secrets.randbelow(200) / 1000)
            os.killpg(process.pid, signal.SIGKILL)
    assert grade(tmp_path).code == 1
    shutil.copytree(tmp_path / "out", tmp_path / "killed")
    shutil.rmtree(tmp_path / "out")
    assert grade(tmp_path).code == 1
    assert (tmp_path / "killed/gradebook.csv").read_bytes() == (tmp_path / "out/gradebook.csv").read_bytes()
    assert not (tmp_path / "killed" / "changes.csv").exists()
    assert len((tmp_path / "out/gradebook.csv").read_text("utf-8").splitlines()) == 9


# --- trained models ---------------------------------------------------------------------------------------------------


def models(folder: Path) -> dict[str, int]:
    """The models that are kept, and where on the disk: another place means that one was written again."""
    return {path.name: path.stat().st_ino for path in folder.glob("out/models/*/*/*.model")}


def test_another_threshold_needs_no_training(tmp_path: Path, grade: Grade) -> None:
    """A threshold that was too high is mended: the same models are judged again, and nothing is trained."""
    week = small_course(tmp_path / "course", "evaluate", "cifarnet-accuracy") / "assignments" / "week2"
    path = week / "assignment.toml"
    one = '[[task.data]]\nname = "digits"\nthreshold = {}\nepochs = 1\nbatch_size = 128\nprovenance = "a test"\n'
    text = path.read_text("utf-8").replace("models.py:CifarNet", "models.py:SmallCNN")
    head, _, _ = text.partition("[[task.data]]")
    path.write_text(head + one.format(0.999), "utf-8")
    (tmp_path / "class").mkdir()
    reference(tmp_path / "class" / "ada")
    assert grade(tmp_path).code == 1
    before, kept = tasks_of(tmp_path, "ada"), models(tmp_path)
    assert (before["cifarnet-accuracy"]["verdict"], len(kept)) == ("wrong", 2)  # a miss is trained once more
    path.write_text(head + one.format(0.05), "utf-8")
    assert grade(tmp_path).code == 0
    after = tasks_of(tmp_path, "ada")
    assert (after["cifarnet-accuracy"]["verdict"], after["evaluate"]) == ("pass", before["evaluate"])
    used = models(tmp_path)
    assert len(used) == 1  # the first one suffices now; the second is forgotten
    assert used.items() <= kept.items()
    assert [row["why"] for row in changes(tmp_path)] == ["assignment.toml states the task differently"]


TRAINS = """
import os, torch
def trained(submission, x, scale=1):
    return {"parameters": {"w": torch.frombuffer(bytearray(os.urandom(64)), dtype=torch.uint8)}, "losses": [0.5, None]}
"""
LIMITS = Limits(seconds=60, memory_mb=1000, output_kb=64)


def test_a_model_is_kept_for_its_own_question(tmp_path: Path) -> None:
    """The same code asked the same is read from the disk; other code, data, seed or a damaged file trains again."""

    with trusted() as isolation:

        def answer(folder: Path = tmp_path, files: bytes = b"", x: int = 0, seed: int = 0, scale: int = 1) -> Any:
            session = KeepingSession(isolation, {"a.py": files}, ["a.py"], TRAINS, LIMITS, folder=folder)
            with session:
                found = session.ask(Ask("trained", [torch.full((3,), x)], {"scale": scale}, seed, 60.0, LIMITS))
                session.keep()
                return found

        first = answer()
        again = answer()
        assert torch.equal(first["parameters"]["w"], again["parameters"]["w"])
        assert again["losses"] == [0.5, None]
        others = [answer(files=b"#"), answer(x=1), answer(seed=1), answer(scale=2), answer(folder=tmp_path / "other")]
        assert not any(torch.equal(first["parameters"]["w"], other["parameters"]["w"]) for other in others)
        kept = sorted(tmp_path.glob("*.model"))
        assert len(kept) == 5
        for path in kept:
            path.write_bytes(path.read_bytes()[:-5])
        assert not torch.equal(first["parameters"]["w"], answer()["parameters"]["w"])


def test_unused_models_are_forgotten(tmp_path: Path) -> None:
    """A model that a session has trained or read stays, whatever its date; others go, and what is no model stays."""

    def session() -> KeepingSession:
        return KeepingSession(isolation, {}, [], TRAINS, LIMITS, folder=tmp_path)

    (tmp_path / "note.txt").write_bytes(b"")
    with trusted() as isolation:
        for seeds in ([0, 1], [1]):
            with session() as asking:
                for seed in seeds:
                    asking.ask(Ask("trained", [0], {}, seed, 60.0, LIMITS))
                    asking.keep()
                for path in tmp_path.iterdir():  # the clock was set back since
                    os.utime(path, (100, 100))
                asking.forget_others()
            assert len(list(tmp_path.glob("*.model"))) == len(seeds)
    assert (tmp_path / "note.txt").is_file()


def test_what_nobody_has_read_is_not_kept(tmp_path: Path) -> None:
    """What came back from a training is kept once our own network has read it, and not before, nor because another one was."""
    with trusted() as isolation, KeepingSession(isolation, {}, [], TRAINS, LIMITS, folder=tmp_path) as session:
        session.keep()
        session.ask(Ask("trained", [0], {}, 0, 60.0, LIMITS))
        assert list(tmp_path.iterdir()) == []
        session.ask(Ask("trained", [0], {}, 1, 60.0, LIMITS))
        session.keep()
        session.keep()
        assert len(list(tmp_path.glob("*.model"))) == 1


def test_a_student_has_a_share_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models of all tasks of a student together take no more than the quota; what does not fit is not kept."""
    monkeypatch.setattr(models_module, "_QUOTA", 1000)
    with trusted() as isolation:
        for task in ("a", "b"):
            with KeepingSession(isolation, {}, [], TRAINS, LIMITS, folder=tmp_path / "ada" / task) as session:
                for seed in range(5):
                    session.ask(Ask("trained", [0], {}, seed, 60.0, LIMITS))
                    session.keep()
    sizes = [path.stat().st_size for path in (tmp_path / "ada").rglob("*.model")]
    assert len(sizes) > 1
    assert 1000 - sizes[0] < sum(sizes) <= 1000


# --- what decides -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "touched"),
    [
        (
            "assignments/week2/hidden/test_training.py",
            "    same(inside.counted(layers)",
            "    # A remark.\n    same(inside.counted( layers )",
            set(),
        ),
        ("assignments/week2/hidden/test_training.py", "counted(layers)", "counted(layers or 1)", {("a", "tests")}),
        ("assignments/week2/probes.py", "def ", "def x(): pass\ndef ", {("a", "probes"), ("b", "probes")}),
        ("solutions/week2/training.py", "return", "1\n    return", {("a", "reference"), ("b", "reference")}),
    ],
)
def test_a_change_touches_what_it_can_decide(
    tmp_path: Path, file: str, old: str, new: str, touched: set[tuple[str, str]]
) -> None:
    """A test touches its own task, the probes and the reference touch all of them, and how a line is set touches none."""
    small_course(tmp_path, "count-parameters", "evaluate")
    names = {"count-parameters": "a", "evaluate": "b"}

    def found() -> dict[tuple[str, str], str]:
        week = find_course(tmp_path, tmp_path).week("week2")
        every = conditions_of(week, week.tasks, {}, "cpu", 0)
        return {(names[task], part): digest for task, parts in every.items() for part, digest in parts.items()}

    before = found()
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    after = found()
    assert {key for key, digest in before.items() if after[key] != digest} == touched


@pytest.mark.parametrize(
    ("file", "judges"),
    [
        ("judge/compare.py", True),
        ("judge/pytest.ini", True),
        ("sandbox/inside/worker.py", True),
        ("reading/flow.py", True),
        ("reports/html.py", False),
        ("cli/grade.py", False),
        ("judge/__pycache__/compare.cpython-311.pyc", False),
    ],
)
def test_a_change_of_what_judges_is_another_condition(tmp_path: Path, file: str, judges: bool) -> None:
    """A line more in what decides verdicts changes its digest, without another version; one in what shows them does not."""
    package = shutil.copytree(cnngrade.__path__[0], tmp_path / "cnngrade")
    before = digest_of_what_judges(package)
    assert before == digest_of_what_judges()  # wherever it is installed
    (package / file).parent.mkdir(exist_ok=True)
    with (package / file).open("ab") as text:
        text.write(b"\n")
    digest_of_what_judges.cache_clear()
    assert (digest_of_what_judges(package) != before) is judges


def test_what_judges_is_a_condition_of_every_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where other code would judge, every task is due, and the reason is told."""
    small_course(tmp_path, "count-parameters", "evaluate")
    week = find_course(tmp_path, tmp_path).week("week2")
    before = conditions_of(week, week.tasks, {}, "cpu", 0)
    monkeypatch.setattr(conditions, "digest_of_what_judges", lambda: "other code")
    after = conditions_of(week, week.tasks, {}, "cpu", 0)
    assert {difference(before[task], after[task]) for task in before} == {"another version of cnngrade judges it"}
