"""`cnngrade release`: what students get, what they do not, and that the same files give the same bytes."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from cnngrade.cli import main as cli
from cnngrade.course import find_course
from cnngrade.errors import UserError
from cnngrade.records.json import to_json
from cnngrade.records.report import Status, Verdict
from cnngrade.release.bundle import bundle, package_files
from cnngrade.release.gradescope import EXECUTABLE, main, results
from cnngrade.release.gradescope import autograder as gradescope_files
from cnngrade.release.packing import packed
from cnngrade.verify.proof import judged_sha256
from tests.support import factories
from tests.support.courses import write_course
from tests.support.week2_course import REFERENCE, REPOSITORY, environment, run
from tests.test_verify import course_with_samples

COURSE = find_course(REPOSITORY)
WEEKS = COURSE.weeks
HIDDEN = ("hidden/*", "mistakes/*.py", "recipes/*.py", "equivalent.toml")  # below a week's folder
SHOWN = ("handout.*.md", "public/*.py", "probes.py", "assignment.toml")
# The package trains nets itself, compares, and asks; so it has these lines on its own account, and they are no secret.
OF_THE_PACKAGE = {
    "loss_fn(model(x.to(device)), y.to(device)).backward()",
    "question = (symbol, x, arguments or {}, training, calls)",
    'same(got["output"], expected["output"], "the output")',
    'same(got["without_gradient"], 0, "the number of parameters that get no gradient")',
    'same(got["parameters"], expected["parameters"], "the number of trainable parameters")',
    'same(got["sizes"], expected["sizes"], "the parameters\' sizes (rows, the rest), sorted")',
}
TELLING = 32  # characters from which on a line of code, unless it imports from the package, says where it comes from


def lines(texts: Iterable[str]) -> set[str]:
    return {line.strip() for text in texts for line in text.splitlines() if line.strip()}


def texts(pattern: str) -> list[str]:
    return [path.read_text("utf-8") for path in REPOSITORY.glob(pattern) if path.suffix in (".py", ".md", ".toml")]


def strings(value: object) -> list[str]:
    """Every text in what a TOML file says, but for ids, which are single words."""
    if isinstance(value, dict):
        return [text for key, each in value.items() if key != "id" for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def questions(*keys: str) -> list[str]:
    """What the questions of all weeks say under `keys`."""
    stated = [tomllib.loads(text)["question"] for text in texts("assignments/*/questions.toml")]
    return [text for week in stated for question in week for key in keys for text in strings(question[key])]


@functools.cache
def hidden_lines() -> frozenset[str]:
    """Every line of what students must not see, in any week, but for those that they are shown elsewhere."""
    hidden = [text for pattern in HIDDEN for text in texts(f"assignments/*/{pattern}")] + texts("solutions/*/*.py")
    hidden += questions("answer", "rubric")
    shown = [text for pattern in SHOWN for text in texts(f"assignments/*/{pattern}")] + texts("starter/*/*.py")
    return frozenset(lines(hidden) - lines(shown + questions("prompt")) - OF_THE_PACKAGE)


def leaks(files: dict[str, bytes]) -> dict[str, list[str]]:
    """File -> its hidden lines; in the package only those that are long enough to say where they come from."""
    hidden = hidden_lines()
    telling = {line for line in hidden if len(line) >= TELLING and not line.startswith("from cnngrade.")}
    found = {}
    for name, content in files.items():
        text = content.decode("utf-8")
        said = [text, *strings(tomllib.loads(text))] if name.endswith(".toml") else [text]
        found[name] = sorted(lines(said) & (telling if "cnngrade/" in name else hidden))
    return {name: some for name, some in found.items() if some}


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", WEEKS)
def test_no_hidden_line_is_in_a_bundle(name: str) -> None:
    """No line of a hidden suite, reference, mistake, recipe, equivalent, rubric or model answer of any week is in it."""
    files = bundle(COURSE, COURSE.week(name))
    assert leaks(files) == {}
    places = {path.rpartition("/")[0] for path in files if not path.startswith("grader/")}
    week = f"assignments/{name}"
    assert places <= {"", "assignments", week, f"{week}/figures", f"{week}/public", f"starter/{name}"}


def test_the_search_for_leaks_finds_them() -> None:
    """Each kind of hidden material would be noticed in a bundle, in a student's file as in the package."""
    for pattern in [*(f"assignments/week2/{each}" for each in HIDDEN), "solutions/week2/*.py"]:
        for text in texts(pattern):
            assert leaks({"handout.en.md": text.encode()}), pattern
            assert leaks({"grader/cnngrade/x.py": text.encode()}), pattern
    for text in texts("assignments/*/questions.toml"):
        assert {"answer", "rubric"} <= set(tomllib.loads(text)["question"][0])
        assert leaks({"assignments/week2/questions.toml": text.encode()})


def test_a_bundle_is_a_course_that_students_can_use() -> None:
    """Its one week reads without an error, with every task and question, and without answers, rubrics and hidden parts."""
    week = COURSE.week("week2")
    files = bundle(COURSE, week)
    assert {f"starter/week2/{name}" for name in week.files} <= set(files)
    assert {name for name in files if name.endswith(".svg")} == {
        f"assignments/week2/figures/{path.name}" for path in (week.folder / "figures").glob("*.svg")
    }
    questions = tomllib.loads(files["assignments/week2/questions.toml"].decode())["question"]
    assert [set(question) for question in questions] == [{"id", "points", "prompt"}] * len(week.questions)


def test_solutions_add_the_reference_and_the_model_answers() -> None:
    """After the deadline the bundle holds these and nothing else in addition; rubrics stay with the staff."""
    week = COURSE.week("week2")
    before, after = bundle(COURSE, week), bundle(COURSE, week, solutions=True)
    added = {name: content for name, content in after.items() if before.get(name) != content}
    assert set(added) == {
        "README.md",
        "solutions/week2/answers.md",
        *(f"solutions/week2/{name}" for name in week.files),
    }
    sheet = added["solutions/week2/answers.md"].decode()
    for question in week.questions:
        assert question.answer
        assert question.answer.en.strip() in sheet
        assert question.answer.zh.strip() in sheet
        assert not any(criterion.asks.en in sheet for criterion in question.rubric)


def test_equal_files_give_equal_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the time, nor the order of files, nor their permissions and dates change the zip."""
    files = bundle(COURSE, COURSE.week("week1"))
    first = packed(files)
    copy = tmp_path / "copy"
    shutil.copytree(REPOSITORY / "assignments", copy / "assignments", ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("starter", "solutions"):
        shutil.copytree(REPOSITORY / part, copy / part, copy_function=shutil.copyfile)
    for path in copy.rglob("*.py"):
        path.chmod(0o600)
        os.utime(path, (0, 0))
    monkeypatch.setenv("TZ", "Pacific/Chatham")
    again = find_course(copy)
    assert packed(dict(reversed(bundle(again, again.week("week1")).items()))) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(files)


# --- the wheel -----------------------------------------------------------------------------------------------------------


def wheel(project: Path, folder: Path) -> dict[str, bytes]:
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, project]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return members(path)


def test_the_wheel_holds_the_package_and_nothing_of_the_course(tmp_path: Path) -> None:
    """The wheel built from the repository holds each file of the package, no other, and no hidden line."""
    files = wheel(REPOSITORY, tmp_path)
    package = {f"cnngrade/{name}": path.read_bytes() for name, path in package_files()}
    assert {name: content for name, content in files.items() if ".dist-info/" not in name} == package
    assert leaks(files) == {}


# --- the command ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small course, a proof of it, and what `release` has made of it."""
    folder = tmp_path_factory.mktemp("released")
    course = course_with_samples(folder / "course")
    done = run(folder, "verify", "week2", "--json", "--course", course)
    assert done.returncode == 0, done.stdout
    (folder / "proof.json").write_text(done.stdout, "utf-8")
    done = run(folder, "release", "week2", "--to", "out", "--proof", "proof.json", "--course", course)
    assert done.returncode == 0, done.stderr
    (folder / "said.txt").write_text(done.stdout, "utf-8")
    return folder


@pytest.mark.timeout(900)
@pytest.mark.slow
def test_students_check_from_the_unpacked_bundle(released: Path, tmp_path: Path) -> None:
    """The bundle's own cnngrade builds, starts the week and checks it, where the repository is not on the path."""
    with zipfile.ZipFile(released / "out" / "small-week2.zip") as archive:
        archive.extractall(tmp_path)
    home = tmp_path / "small-week2"
    with zipfile.ZipFile(io.BytesIO(packed(wheel(home, tmp_path / "wheel")))) as archive:
        archive.extractall(tmp_path / "installed")

    def cnngrade(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cnngrade", *arguments],
            cwd=home, env=environment(tmp_path) | {"PYTHONPATH": str(tmp_path / "installed")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert cnngrade("start", "week2").returncode == 0
    assert "○ missing" in cnngrade("check", "week2").stdout
    reference = released / "course" / "solutions" / "week2"
    shutil.copytree(reference, home / "week2", dirs_exist_ok=True)
    done = cnngrade("check", "week2", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["auto_score"] == 85
    assert "the hidden suite of week2 is not installed here" in cnngrade("check", "week2", "--hidden").stderr


# --- Gradescope -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def autograder(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Gradescope has in /autograder once the image is built, with this test's Python in place of the image's."""
    root = tmp_path_factory.mktemp("autograder")
    course = released / "course"
    arguments = [
        "release",
        "week2",
        "--gradescope",
        "--to",
        root,
        "--proof",
        released / "proof.json",
        "--course",
        course,
    ]
    assert cli.run([*map(str, arguments)]) == 0
    with zipfile.ZipFile(root / "small-week2-gradescope.zip") as archive:
        archive.extractall(root / "source")
        for info in archive.infolist():  # which `unzip` does by itself
            (root / "source" / info.filename).chmod(info.external_attr >> 16)
    for name, run_as in (("python", ""), ("cnngrade", "-m cnngrade ")):
        path = root / "venv" / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\nPYTHONPATH={root}/source/grader exec {sys.executable} {run_as}"$@"\n')
        path.chmod(0o755)
    return root


def graded(autograder: Path, tmp_path: Path, training: str) -> tuple[int, str, Path]:
    """Runs run_autograder on the reference with another training.py; its exit code, its errors, and the results' place."""
    shutil.rmtree(autograder / "submission", ignore_errors=True)
    shutil.copytree(REFERENCE, autograder / "submission")
    (autograder / "submission" / "training.py").write_text(training, "utf-8")
    shutil.rmtree(autograder / "results", ignore_errors=True)
    done = subprocess.run(
        [autograder / "source" / "run_autograder"],
        env=environment(tmp_path) | {"AUTOGRADER": str(autograder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr, autograder / "results" / "results.json"


@pytest.mark.timeout(900)
@pytest.mark.slow
def test_gradescope_runs_the_same_grader(autograder: Path, tmp_path: Path) -> None:
    """From the unpacked zip a right submission earns all points, and a known mistake loses its task and gets its hint."""
    training = (REFERENCE / "training.py").read_text("utf-8")
    code, errors, path = graded(autograder, tmp_path, training)
    assert code == 0, errors
    right = json.loads(path.read_text("utf-8"))
    assert right["score"] == sum(line["max_score"] for line in right["tests"]) == 85
    assert [line["status"] for line in right["tests"]] == ["passed", "passed"]
    assert "Written answers worth 15 points are marked separately." in right["output"]
    wrong = training.replace(
        "p.numel() for p in model.parameters() if p.requires_grad", "p.numel() for p in model.parameters()"
    )
    assert wrong != training
    code, errors, path = graded(autograder, tmp_path, wrong)
    assert code == 0, errors
    lost = next(line for line in json.loads(path.read_text("utf-8"))["tests"] if line["status"] == "failed")
    assert lost["score"] == 0
    assert "Hint: " in lost["output"]
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.timeout(900)
@pytest.mark.slow
def test_our_failure_is_no_result(autograder: Path, tmp_path: Path) -> None:
    """Where the grader fails there is no results.json, so that Gradescope shows a failed autograder and no zero."""
    suite = autograder / "source" / "assignments" / "week2" / "hidden" / "test_training.py"
    before = suite.read_text("utf-8")
    suite.write_text(f"{before}\n1 / 0\n", "utf-8")
    code, errors, path = graded(autograder, tmp_path, "")
    suite.write_text(before, "utf-8")
    assert code >= 2, errors
    assert not path.exists()


def test_a_report_with_our_error_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A task that ended in a grader error keeps the whole result back; one that is not graded costs nothing."""
    report = factories.week(frozenset())
    lines = {line["name"]: line for line in results(report)["tests"]}
    assert results(report)["score"] == report.auto_score
    for task in report.tasks:
        if task.verdict is Verdict.NOT_GRADED:
            line = lines[f"{task.title}: not graded"]
            assert (line["score"], line["max_score"], "status" in line) == (0, 0, False)
    (tmp_path / "report.json").write_text(to_json(replace(report, status=Status.GRADER_ERROR)), "utf-8")
    assert main([str(tmp_path / "report.json"), str(tmp_path / "results.json")]) == 3
    assert "the grader itself failed on" in capsys.readouterr().err
    assert not (tmp_path / "results.json").exists()


def test_gradescope_s_scripts_are_shell(tmp_path: Path) -> None:
    """Both scripts are executable in the zip, and bash reads them without an error."""
    week = COURSE.week("week1")
    files = gradescope_files(COURSE, week)
    with zipfile.ZipFile(io.BytesIO(packed(files, EXECUTABLE))) as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 & 0o111
            subprocess.run(["bash", "-n"], input=archive.read(name), check=True)


# --- what is refused, and what is told --------------------------------------------------------------------------------------


def test_release_says_what_it_wrote(released: Path) -> None:
    """The zip is named after course and week, and its sha256 is told."""
    path = released / "out" / "small-week2.zip"
    said = (released / "said.txt").read_text()
    assert "small-week2.zip: " in said
    assert f"sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}" in said
    assert {name.split("/")[0] for name in members(path)} == {"small-week2"}


@pytest.mark.timeout(900)
@pytest.mark.slow
def test_a_week_that_verify_does_not_pass_is_refused(released: Path, tmp_path: Path) -> None:
    """A known mistake that no test catches any more keeps the week back: one line names it, and nothing is written."""
    course = shutil.copytree(released / "course", tmp_path / "course")
    mistake = course / "assignments" / "week2" / "mistakes" / "count-tensors.py"
    reference = (course / "solutions" / "week2" / "training.py").read_text("utf-8")
    function = re.search(r"^def count_parameters.*?\n\n\n", reference, re.M | re.S)
    assert function
    text = mistake.read_text("utf-8")
    mistake.write_text(text[: text.index("def count_parameters")] + function[0], "utf-8")
    done = run(tmp_path, "release", "week2", "--to", "out", "--course", course)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert re.match(r"cnngrade: week2 is not released: \d+ things? do(es)? not hold, such as: .*count-tensors", last), (
        last
    )
    assert "See all of them with `cnngrade verify week2 --no-training`" in last
    assert not (tmp_path / "out").exists()


def proof(released: Path, **changes: object) -> str:
    content = json.loads((released / "proof.json").read_text("utf-8"))
    content["weeks"][0] |= changes
    return json.dumps(content)


PROOFS = {
    "missing": (None, "cannot be read: No such file"),
    "text": ("all is well", "is not what `cnngrade verify --json` writes"),
    "strange": ('{"weeks": [{"week": "week2", "holds": true, "tasks": [1]}]}', "was written by another version"),
    "another version": ({"cnngrade": "0.0.1"}, "was written by another version than this one, "),
    "another week": ('{"weeks": []}', "says nothing of week2"),
    "not all holds": ({"holds": False}, "says that not all of week2 holds"),
    "other files": ({"sha256": "0" * 64}, "is of other files than week2 has now"),
    "one task": ({"tasks": [{"id": "count-parameters"}]}, "leaves out permute-pixels"),
    "tasks of numbers": ({"tasks": [1]}, "is not what `cnngrade verify --json` writes"),
}


@pytest.mark.parametrize("case", PROOFS)
def test_a_proof_that_proves_nothing_is_refused(
    case: str, released: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A proof has to be of these very files, and of every task; anything else is one line, and nothing is written."""
    content, line = PROOFS[case]
    path = tmp_path / "proof.json"
    if content is not None:
        path.write_text(content if isinstance(content, str) else proof(released, **content), "utf-8")
    command = ["release", "week2", "--to", tmp_path / "out", "--proof", path, "--course", released / "course"]
    assert cli.run([*map(str, command)]) == 2
    err = capsys.readouterr().err
    assert line in err
    assert err.count("\n") == 1
    assert "Write it again: cnngrade verify week2 --json" in err
    assert not (tmp_path / "out").exists()


def test_a_proof_is_of_every_file_that_was_judged(tmp_path: Path) -> None:
    """A changed handout, suite, reference, starter or sample, and a new mistake, are other files than the proof's."""
    root = write_course(tmp_path)
    course = find_course(root)
    seen = {judged_sha256(course, course.week("week1"))}
    sample = root / "tests" / "samples" / "week1" / "pass" / "ada" / "shapes.py"
    sample.parent.mkdir(parents=True)
    week = root / "assignments" / "week1"
    changed = [week / "handout.en.md", week / "public/test_shapes.py", root / "solutions/week1/shapes.py"]
    for path in [*changed, root / "starter/week1/shapes.py", sample, week / "mistakes.py"]:
        with path.open("a") as file:
            file.write("# more\n")
        seen.add(judged_sha256(course, course.week("week1")))
    assert len(seen) == 7


def test_students_cannot_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the hidden suite is not installed there is nothing to prove, and nothing is released."""
    root = write_course(tmp_path)
    shutil.rmtree(root / "assignments" / "week1" / "hidden")
    assert cli.run(["release", "week1", "--to", str(tmp_path / "out"), "--course", str(root)]) == 2
    assert "the hidden suite of week1 is not installed here. `release` is for staff" in capsys.readouterr().err


def test_a_week_without_a_public_suite_is_told(tmp_path: Path) -> None:
    """Students would have nothing to check with."""
    root = write_course(tmp_path)
    shutil.rmtree(root / "assignments" / "week1" / "public")
    with pytest.raises(UserError, match="week1 has no public suite"):
        bundle(find_course(root), find_course(root).week("week1"))
