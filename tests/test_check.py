from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cnngrade.cli import main as cli
from tests.support.week2_course import REFERENCE, REPOSITORY, STARTER, environment, reference, run, small_course

# The contract of report.json: fields may be added, never renamed.
REPORT = "schema course week student status auto_score auto_max_score score max_score tasks written environment"
TASK = "id title symbols score max_score verdict mistake hint tests figures"
TEST = "id claim verdict message seconds"
WRITTEN = "question score max_score answer comment"
ENVIRONMENT = "cnngrade python torch device seed isolation data suite_sha256 submission_sha256"


def check(tmp_path: Path, *arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
    return run(tmp_path, "check", "week2", *arguments, **more)


# --- what students see ------------------------------------------------------------------------------------------------


def test_the_untouched_starter_is_politely_missing(tmp_path: Path) -> None:
    """The starter gets 0 points, every task that can be judged here is missing, and one table of 80 columns says so."""
    done = check(tmp_path, "--submission", STARTER, "--course", REPOSITORY)
    assert done.returncode == 1
    # Without data and GPU, CifarNet's and VGG's accuracy are not graded; LeNet's and the experiment fall back to the digits.
    assert (done.stdout.count("○ missing"), done.stdout.count("– not graded")) == (15, 2)
    assert not any(word in done.stdout for word in ("wrong", "crash", "Traceback", "grader error"))
    assert done.stdout.rstrip().endswith("0 of 81 points")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "digits (in place of mnist, not found)" in done.stderr


def test_the_reference_gets_all_points_and_json_is_the_report(tmp_path: Path) -> None:
    """A right solution exits with 0; --json prints a report with the contract's fields, and nothing else."""
    done = check(tmp_path, "--submission", REFERENCE, "--course", REPOSITORY, "--no-training", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert report["schema"] == 1
    assert report["auto_score"] == report["auto_max_score"] == 73
    assert {task["verdict"] for task in report["tasks"]} == {"pass"}
    assert report["written"][0]["score"] is None
    task = report["tasks"][0]
    parts = [report, task, task["tests"][0], report["written"][0], report["environment"]]
    for part, fields in zip(parts, (REPORT, TASK, TEST, WRITTEN, ENVIRONMENT), strict=True):
        assert set(fields.split()) <= set(part)


def test_students_check_where_they_are(tmp_path: Path) -> None:
    """In a student's copy, without hidden suite and reference, files are found here or in ./week2, the course above."""
    course = small_course(tmp_path / "course", "count-parameters", staff=False)
    reference(course / "week2")
    for folder in (course, course / "week2"):
        done = check(tmp_path, "--json", cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        report = json.loads(done.stdout)
        assert [test["id"] for test in report["tasks"][0]["tests"]] == ["test_count_parameters_public"]


def test_students_need_no_part_of_the_staffs(tmp_path: Path) -> None:
    """A student's check runs where the reference, the class, marking, verifying and releases cannot be imported at all."""
    course = small_course(tmp_path / "course", "count-parameters", staff=False)
    reference(course / "week2")
    program = (
        "import sys\n"
        "for part in ('reference', 'backends', 'marking', 'verify', 'release'):\n"
        "    sys.modules[f'cnngrade.{part}'] = None\n"
        "from cnngrade.__main__ import main\n"
        "sys.exit(main())\n"
    )
    command = [sys.executable, "-c", program, "check", "week2"]
    done = subprocess.run(command, cwd=course, env=environment(tmp_path), capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_hidden_suite_runs_where_it_is_asked_for(tmp_path: Path) -> None:
    """--hidden adds the hidden suite's claims to the public ones; an empty folder is missing in all of them."""
    course = small_course(tmp_path / "course", "count-parameters")
    (tmp_path / "empty").mkdir()
    done = check(tmp_path, "--course", course, "--submission", tmp_path / "empty", "--hidden", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    (task,) = report["tasks"]
    assert len(task["tests"]) > 1
    assert {(test["verdict"], test["message"]) for test in task["tests"]} == {("missing", "there is no training.py")}
    assert "The submission holds no file that the grader can read" in report["notes"]


def test_written_answers_are_told_by_their_form(tmp_path: Path) -> None:
    """check says which answers are empty, too short or the template's; a nonsensical one is found, and no point moves."""
    course = small_course(tmp_path / "course", "count-parameters", staff=False)
    folder = reference(tmp_path / "ada")
    sheet = "## shuffle\nThe moon is made of green cheese.\n## transforms\nTODO\n## epoch-batch\n\n## cifarnet-lenet\n"
    (folder / "answers.md").write_text(sheet + "> How does `CifarNet` differ from LeNet, and what have they in common?")
    done = check(tmp_path, "--course", course, "--submission", folder)
    assert re.findall(r"^ ([\w-]+) +3 +[✓○] (.+?) *$", done.stdout, re.M) == [
        ("shuffle", "found"),
        ("transforms", "too short to be an answer"),
        ("epoch-batch", "empty"),
        ("cifarnet-lenet", "still the template's text"),
        ("permuted-pixels", "empty"),
    ]
    assert done.returncode == 0
    only = check(tmp_path, "--course", course, "--submission", folder, "--task", "count-parameters")
    assert "written answer" not in only.stdout.replace("written answers worth 15 points wait", "")


def test_our_own_error_is_no_zero(tmp_path: Path) -> None:
    """When a suite breaks, the task costs nothing, the table says whose fault it is, and the exit code is 3."""
    course = small_course(tmp_path / "course", "count-parameters", "permute-pixels", staff=False)
    suite = course / "assignments" / "week2" / "public" / "test_training.py"
    suite.write_text(suite.read_text().replace("inside.counted(layers())", "inside.counted(layers()), nonsense"))
    done = check(tmp_path, "--course", course, "--submission", reference(tmp_path / "ada"))
    assert done.returncode == 3
    assert "? grader error" in done.stdout
    assert done.stdout.rstrip().endswith("4 of 4 points")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_leaves_nothing_running(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C or SIGTERM in an endless loop ends check at once with 130; the student's process ends and leaves no files."""
    os.mkfifo(tmp_path / "told")
    loop = f"\nopen({str(tmp_path / 'told')!r}, 'w').close()\nwhile True:\n    pass\n"
    folder = reference(tmp_path / "ada", training=(REFERENCE / "training.py").read_text() + loop)
    command = [sys.executable, "-m", "cnngrade", "check", "week2", "--task", "count-parameters"]
    process = subprocess.Popen(
        [*command, "--course", REPOSITORY, "--submission", folder],
        env=environment(tmp_path), stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    (tmp_path / "told").open().close()  # waits until the submission says that it runs
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "cnngrade: stopped\n")
    assert list((tmp_path / "temporary").iterdir()) == []


# --- what is told at once ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def students(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = small_course(tmp_path_factory.mktemp("students"), staff=False)
    (course / "elsewhere").mkdir()
    return course


REFUSED = {
    "unknown-week": (["week3"], r"there is no 'week3' in this course\. Did you mean 'week2'\? Known: week2"),
    "unknown-task": (["week2", "--task", "lnet"], r"week2 has no task 'lnet'\. Did you mean 'lenet'\? Known: mnist-tr"),
    "no-such-folder": (["week2", "--submission", "nowhere"], r"no such submission: nowhere\. Give a folder"),
    "no-files-here": (["week2"], r"there is no data\.py or .* here or in \./week2\. Run `cnngrade start week2` first"),
    "no-hidden": (["week2", "--hidden"], r"the hidden suite of week2 is not installed here\. Leave out --hidden"),
    "no-course": (["week2", "--course", "elsewhere"], r"there is no course in elsewhere"),
    "no-data": (["week2", "--data", "nowhere"], r"--data: no such folder: nowhere"),
    "device": (["week2", "--device", "tpu"], r"Invalid value for '--device': 'tpu' is not one of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_command_line_is_one_line(
    case: str, students: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is typed wrongly exits with 2 and one line that says what to do."""
    arguments, expected = REFUSED[case]
    monkeypatch.chdir(students / "elsewhere")
    if case in ("unknown-task", "no-data"):
        arguments = [*arguments, "--submission", str(STARTER)]
    if case == "no-data":  # data sets are looked for only where a task asks for one
        arguments = [*arguments, "--course", str(REPOSITORY)]
    assert cli.run(["check", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert re.search(expected, err), err


def test_cuda_without_a_gpu_is_told(students: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--device cuda where there is none is one line, and no silent run on the CPU."""
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    arguments = ["check", "week2", "--course", str(students), "--submission", str(STARTER), "--device", "cuda"]
    assert cli.run(arguments) == 2
    assert "--device cuda: this machine has no GPU that torch can use. Run `cnngrade doctor`" in capsys.readouterr().err


def test_nothing_to_check_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A training task without training is no check that passes."""
    arguments = ["--course", str(REPOSITORY), "--submission", str(STARTER), "--task", "lenet-accuracy", "--no-training"]
    assert cli.run(["check", "week2", *arguments]) == 2
    assert "no task is left to check. Leave out --no-training" in capsys.readouterr().err


def test_a_broken_course_file_is_told_with_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All errors of assignment.toml are told at once, with file and line, before any code runs."""
    course = small_course(tmp_path, staff=False)
    path = course / "assignments" / "week2" / "assignment.toml"
    text = path.read_text().replace("points = 2\n", 'points = "two"\n').replace("seconds = 20 ", "seconds = -1 ")
    path.write_text(text)
    assert cli.run(["check", "week2", "--course", str(course), "--submission", str(STARTER)]) == 2
    err = capsys.readouterr().err
    for wrong in ('points = "two"', "seconds = -1 "):
        line = 1 + next(number for number, found in enumerate(text.splitlines()) if found.startswith(wrong))
        assert f"assignment.toml:{line}: " in err
