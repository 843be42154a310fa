from __future__ import annotations

import csv
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cnngrade.backends import local
from cnngrade.backends.orders import Lost
from cnngrade.cli import main as cli
from cnngrade.records.database import Store
from cnngrade.records.report import Verdict
from cnngrade.submissions import Submission
from cnngrade.submissions.intake import CalledClass
from tests.support.week2_course import REFERENCE, SAMPLES, environment, reference, run, small_course

pytestmark = pytest.mark.slow

# --- a class that hands in everything -----------------------------------------------------------------------------------

# Sample -> the tasks that it loses, and what their reports say; all other tasks keep their points.
LOSES: dict[str, dict[str, str]] = {
    "missing/half-done": {
        "evaluate": "still raises NotImplementedError: TODO: evaluate",
        "permute-pixels": "still raises NotImplementedError: TODO: permute_pixels",
    },
    "missing/misspelled": {
        "mnist-transform": "there is no data.py",
        "cifar10-test-transform": "there is no data.py",
        "small-cnn": "models.py has no SmallCNN",
    },
    "crash/broken-files": {
        "mnist-transform": "SyntaxError: '(' was never closed\n  at data.py:8 ",
        "cifar10-test-transform": "SyntaxError: '(' was never closed\n  at data.py:8 ",
        "count-parameters": "ModuleNotFoundError: No module named 'my_course_tools'\n  at training.py:1 ",
        "evaluate": "No module named 'my_course_tools'",
        "permute-pixels": "No module named 'my_course_tools'",
    },
    "crash/latin-1": {
        "mnist-transform": "SyntaxError",
        "cifar10-test-transform": "'utf-8' codec can't decode byte 0xfc",
    },
    "crash/exceptions": {
        "small-cnn": "mat1 and mat2 shapes cannot be multiplied (6x96 and 150x50)\n  at models.py:30 in forward: x = ",
        "count-parameters": "RecursionError: maximum recursion depth exceeded\n  at training.py:9 in count_parameters",
        "evaluate": "SystemExit",
        "permute-pixels": "TypeError: permute_pixels() takes 1 positional argument but 2 were given",
    },
    "crash/exits-hard": {"cifar10-test-transform": "the code ended the process"},
    "wrong/results": {
        "lenet": "numbers are NaN",
        "cifarnet": "expected dtype float32, got float64",
        "count-parameters": "expected an int, got a str",
        "evaluate": "got None (is there a return?)",
        "permute-pixels": "expected shape (4, 1, 28, 28), got (4, 1, 784)",
    },
    "wrong/too-large": {"cifar10-test-transform": "MB is larger than 64 MB"},
    "timeout/endless-loop": {"cifar10-test-transform": "this test was not done after 6 seconds, the limit"},
    "timeout/endless-import": {
        "mnist-transform": "importing data.py was not done after 30 seconds, the limit",
        "cifar10-test-transform": "importing data.py was not done after 30 seconds, the limit",
    },
    "memory/greedy": {"cifar10-test-transform": "MemoryError", "permute-pixels": "can't allocate memory"},
}
# Archive or folder -> what its report notes; nothing of it could be read.
UNREADABLE = {
    "broken": "The submission is broken and cannot be read",
    "bomb": "unpacks to 600 MB; at most 512 MB are read",
    "climbs": "holds a path that climbs out of its folder: ../../.bashrc",
    "linked": "The submission is a link; links are not followed",
}
TASKS = ["mnist-transform", "cifar10-test-transform", "small-cnn", "lenet", "cifarnet"]
TASKS += ["count-parameters", "evaluate", "permute-pixels"]


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def write_class(folder: Path) -> Path:
    """One of each sample, archives that cannot be read, and some that look odd and are right."""
    folder.mkdir()
    for sample in LOSES:
        shutil.copytree(SAMPLES / sample, folder / Path(sample).name)
    (folder / "broken.zip").write_bytes(b"PK\3\4 and no more")
    write_zip(folder / "climbs.zip", {"data.py": b"", "../../.bashrc": b"echo hello"})
    write_zip(folder / "bomb.zip", {"data.py": b"", "large.txt": bytes(600 * 2**20)})
    (folder / "linked").symlink_to(REFERENCE)
    right = {f"week2/{path.name}": path.read_bytes() for path in REFERENCE.glob("*.py")}
    write_zip(folder / "twice.zip", right)  # the name of another one's folder
    reference(folder / "twice")
    talking = 'print("." * 100_000_000)\n' + (REFERENCE / "training.py").read_text("utf-8")
    odd = reference(folder / "odd", training=talking)
    (odd / "torch.py").write_text("raise SystemExit('not the real torch')")
    (odd / "conftest.py").write_text("raise SystemExit('a conftest')")
    (odd / "models_old.py").symlink_to("/etc/passwd")
    (folder / "roster.csv").write_text("student\n")
    return folder


@dataclass
class Graded:
    """What one run left behind."""

    done: subprocess.CompletedProcess[str]
    out: Path

    def report(self, student: str) -> dict[str, Any]:
        report: dict[str, Any] = json.loads((self.out / "reports" / student / "report.json").read_text("utf-8"))
        return report

    def rows(self) -> dict[str, dict[str, str]]:
        with (self.out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
            return {row["student"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    folder = tmp_path_factory.mktemp("mixed")
    course = small_course(folder / "course", *TASKS)
    done = run(folder, "grade", "week2", write_class(folder / "class"), "--out", folder / "out", "--course", course)
    return Graded(done, folder / "out")


def test_the_samples_are_all_here() -> None:
    """Every sample in a folder named for a failing verdict is part of the class."""
    failing = {str(verdict) for verdict in Verdict} - {"pass"}
    found = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*") if path.parent.name in failing}
    assert found == set(LOSES)


@pytest.mark.parametrize("sample", LOSES)
def test_a_sample_gets_the_verdict_of_its_folder(mixed: Graded, sample: str) -> None:
    """What is broken gets its verdict and a message that says what happened; all other tasks keep their points."""
    verdict, name = sample.split("/")
    report = mixed.report(name)
    lost = {task["id"]: task for task in report["tasks"] if task["verdict"] != "pass"}
    assert {task: found["verdict"] for task, found in lost.items()} == dict.fromkeys(LOSES[sample], verdict)
    for task, fragment in LOSES[sample].items():
        assert any(fragment in test["message"] for test in lost[task]["tests"]), lost[task]["tests"]
    assert report["auto_score"] == sum(task["max_score"] for task in report["tasks"] if task["id"] not in lost)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_gets_a_report_that_says_why(mixed: Graded, name: str) -> None:
    """A broken or hostile archive is a row with 0 points and a note, not an end to the run."""
    report = mixed.report(name)
    assert UNREADABLE[name] in report["notes"][0]
    assert {task["verdict"] for task in report["tasks"]} == {"missing"}
    assert mixed.rows()[name]["score"] == "0"


def test_what_only_looks_odd_gets_its_points(mixed: Graded) -> None:
    """torch.py, conftest.py, a link and 100 MB of output cost nothing; the notes say what was left out."""
    report = mixed.report("odd")
    assert report["auto_score"] == report["auto_max_score"] == 85
    notes = "\n".join(report["notes"])
    for left_out in ("torch.py is not used", "conftest.py is not used", "models_old.py is a link"):
        assert left_out in notes


def of_one_name(mixed: Graded) -> list[str]:
    return sorted(path.name for path in (mixed.out / "reports").glob("twice*"))


def test_what_two_claim_is_graded_as_neither(mixed: Graded) -> None:
    """A folder and a zip of one name keep their points, under names of their own; notes and lines name both."""
    assert len(of_one_name(mixed)) == 2
    for name in of_one_name(mixed):
        assert name.startswith("twice-")
        assert mixed.report(name)["auto_score"] == 85
        assert "twice and twice.zip are handed in under one name" in mixed.report(name)["notes"][0]
        assert f"cnngrade: {name}: could not be graded as twice: twice and twice.zip" in mixed.done.stderr


def test_the_gradebook_and_the_class_page_have_everyone(mixed: Graded) -> None:
    """gradebook.csv has a row and index.html a link per submission; columns are the contract's, then one per task."""
    names = sorted([Path(sample).name for sample in LOSES] + [*UNREADABLE, "odd", *of_one_name(mixed)])
    rows = mixed.rows()
    assert list(rows) == names
    assert list(rows["odd"]) == ["student", "week", "status", "score", "max_score", *TASKS]
    assert (rows["half-done"]["evaluate"], rows["half-done"]["lenet"]) == ("0", "8")
    page = (mixed.out / "index.html").read_text("utf-8")
    assert all(f'href="reports/{name}/report.html"' in page for name in names)
    assert all((mixed.out / "reports" / name / "report.html").is_file() for name in names)


def test_a_log_has_a_line_per_submission(mixed: Graded) -> None:
    """Where standard error is no terminal, each finished submission is one line; the last line says where to look."""
    lines = mixed.done.stderr.splitlines()
    assert lines[0].startswith("roster.csv is no submission")
    assert [line.split()[0] for line in lines[1:-2]] == [f"{number}/18" for number in range(1, 19)]
    assert "odd: 85 of 85 points" in mixed.done.stderr
    assert mixed.done.stdout == f"18 of 18 graded, 0 unchanged; open {mixed.out / 'index.html'}\n"
    assert mixed.done.returncode == 2  # for the two of one name


# --- one class, graded again and again --------------------------------------------------------------------------------


def without_times(report: Any) -> Any:
    if isinstance(report, dict):
        return {key: without_times(value) for key, value in report.items() if key != "seconds"}
    return [without_times(item) for item in report] if isinstance(report, list) else report


COUNTED_WRONGLY = (REFERENCE / "training.py").read_text("utf-8").replace(" if p.requires_grad", "")


@dataclass
class Term:
    """A folder with a small course, a class, and what grading it leaves behind."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def arguments(self) -> list[str]:
        return ["grade", "week2", "class", "--out", "out", "--course", "course"]

    def grade(self, *more: str) -> tuple[int, str, list[str]]:
        """Runs the command here; gives its exit code, what it printed and the lines it told."""
        code = cli.run([*self.arguments, *more])
        told = self.capsys.readouterr()
        return code, told.out, told.err.splitlines()

    def reports(self) -> dict[str, Any]:
        return {
            path.parent.name: without_times(json.loads(path.read_text("utf-8")))
            for path in sorted(self.folder.glob("out/reports/*/report.json"))
        }

    def gradebook(self) -> list[str]:
        with (self.folder / "out" / "gradebook.csv").open(encoding="utf-8") as file:
            return [row["student"] for row in csv.DictReader(file)]


def said(graded: int, of: int, unchanged: int) -> str:
    return f"{graded} of {of} graded, {unchanged} unchanged; open out/index.html\n"


@pytest.fixture
def term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Term:
    """Before anything is graded."""
    small_course(tmp_path / "course", "count-parameters", "cifar10-test-transform")
    (tmp_path / "class").mkdir()
    monkeypatch.chdir(tmp_path)
    return Term(tmp_path, capsys)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("once")
    small_course(folder / "course", "count-parameters", "cifar10-test-transform")
    (folder / "class").mkdir()
    reference(folder / "class" / "ada")
    reference(folder / "class" / "bob", training=COUNTED_WRONGLY)
    done = run(folder, "grade", "week2", "class", "--out", "out", "--course", "course", "--workers", "2")
    assert (done.returncode, done.stdout) == (1, said(2, of=2, unchanged=0))
    return folder


@pytest.fixture
def graded(
    graded_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Term:
    """After two workers have graded ada, who has all points, and bob, who lost some."""
    shutil.copytree(graded_once, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Term(tmp_path, capsys)


def test_what_has_not_changed_is_not_graded_again(graded: Term) -> None:
    """The same command again grades nothing, gives the same exit code, and brings back files that were lost."""
    before = graded.reports()
    assert [task["verdict"] for task in before["bob"]["tasks"]] == ["pass", "wrong"]
    shutil.rmtree(graded.folder / "out" / "reports" / "ada")
    (graded.folder / "out" / "index.html").unlink()
    assert graded.grade() == (1, said(0, of=2, unchanged=2), [])
    assert graded.reports() == before
    assert (graded.folder / "out" / "index.html").is_file()


def test_only_what_has_changed_is_graded_again(graded: Term) -> None:
    """A changed submission is graded alone; one that disappeared is kept, and a line says so."""
    shutil.copy(REFERENCE / "training.py", graded.folder / "class" / "bob")
    shutil.rmtree(graded.folder / "class" / "ada")
    assert graded.grade() == (
        0,
        said(1, of=1, unchanged=0),
        ["graded earlier, not among the submissions any more, and kept: ada", "1/1 bob: 85 of 85 points"],
    )
    assert graded.gradebook() == list(graded.reports()) == ["ada", "bob"]


def test_what_changes_while_it_waits_is_judged_as_it_is_then(graded: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission is read when a process is free for it; what it was before decides nothing, also not in the next run."""
    training = graded.folder / "class" / "bob" / "training.py"
    training.write_text(COUNTED_WRONGLY + "\n# once more\n")
    read = CalledClass.read

    def read_and_mend(self: CalledClass, student: str) -> Submission:
        found = read(self, student)
        if student == "bob":
            shutil.copy(REFERENCE / "training.py", training)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(CalledClass, "read", read_and_mend)
        assert graded.grade()[:2] == (0, said(1, of=2, unchanged=1))
    assert graded.grade() == (0, said(0, of=2, unchanged=2), [])


def test_a_changed_suite_is_noticed(graded: Term) -> None:
    """When the suite, or a limit, is another one, no grade of the old one counts as unchanged."""
    path = graded.folder / "course" / "assignments" / "week2" / "assignment.toml"
    path.write_text(path.read_text().replace("memory_mb = 2000", "memory_mb = 2500"))
    shutil.rmtree(graded.folder / "class" / "bob")
    assert graded.grade()[1] == said(1, of=1, unchanged=0)


def test_the_same_grade_whoever_grades_it(graded: Term) -> None:
    """--regrade grades all again; except for times the reports are the same, for any number of workers."""
    before = graded.reports()
    code, _, lines = graded.grade("--workers", "1", "--regrade")
    assert (code, [line.split(":")[0] for line in lines]) == (1, ["1/2 ada", "2/2 bob"])
    assert graded.reports() == before


def test_what_the_grader_fails_on_is_no_zero(graded: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that cannot be judged has a row without a score, exit code 3 says so, and the next run tries again."""

    def fail(_orders: Any, requests: Any, *_: Any) -> Iterator[Lost]:
        for request in requests:
            yield Lost(request, "judging it ended two grading processes")

    shutil.copy(REFERENCE / "training.py", graded.folder / "class" / "bob")
    with monkeypatch.context() as patch:
        patch.setattr(local, "run", fail)
        code, out, _ = graded.grade()
    assert code == 3
    assert out.startswith("1 of 2 graded (the grader failed on bob), 1 unchanged; open")
    with (graded.folder / "out" / "gradebook.csv").open(encoding="utf-8") as file:
        ada, bob = csv.DictReader(file)
    assert (ada["score"], bob["status"], bob["score"], bob["count-parameters"]) == ("85", "grader_error", "", "")
    assert "not graded: judging it ended two" in (graded.folder / "out/reports/bob/report.html").read_text("utf-8")
    assert graded.grade()[:2] == (0, said(1, of=2, unchanged=1))


def processes_below(folder: Path) -> Iterator[int]:
    """The processes whose environment or working folder names `folder`."""
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and str(folder).encode() in (entry / "environ").read_bytes():
                yield int(entry.name)
        except OSError:  # it has ended, or is not ours
            continue


def ends(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    import select

    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 20)[0])
    finally:
        os.close(descriptor)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    "send",
    [lambda process: os.killpg(process.pid, signal.SIGINT), lambda process: process.terminate()],
    ids=["ctrl-c", "sigterm"],
)
def test_a_stopped_run_keeps_what_is_done_and_the_same_command_goes_on(
    term: Term, send: Callable[[subprocess.Popen[str]], None]
) -> None:
    """Stopped in the middle of a class, by Ctrl-C to the group or SIGTERM to the first process: 130, what is graded is
    there, nothing runs on and no temporary file is left; then only the rest is graded."""
    reference(term.folder / "class" / "ada")
    # Judged for seconds, so that the run cannot be over before it is stopped.
    shutil.copytree(SAMPLES / "timeout" / "endless-loop", term.folder / "class" / "bob")
    reference(term.folder / "class" / "cyd")
    process = subprocess.Popen(
        [sys.executable, "-m", "cnngrade", *term.arguments, "--workers", "1"],
        cwd=term.folder, env=environment(term.folder), stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline() == "1/3 ada: 85 of 85 points\n"
    send(process)
    _, errors = process.communicate(timeout=60)
    assert errors.splitlines() == [
        "1 of 3 graded, 0 unchanged; all of it is kept, and the same command goes on from here",
        "cnngrade: stopped",
    ]
    assert process.returncode == 130
    assert term.gradebook() == list(term.reports()) == ["ada"]
    assert "ada" in (term.folder / "out" / "index.html").read_text("utf-8")
    assert all(ends(pid) for pid in processes_below(term.folder))
    assert list((term.folder / "temporary").iterdir()) == []

    shutil.copy(REFERENCE / "data.py", term.folder / "class" / "bob")  # now quick
    assert term.grade("--workers", "1")[:2] == (0, said(2, of=3, unchanged=1))
    assert term.gradebook() == ["ada", "bob", "cyd"]


def test_a_terminal_shows_a_bar(term: Term) -> None:
    """On a terminal there is one bar with a count, a rate and the time left, instead of lines."""
    import pty

    reference(term.folder / "class" / "ada")
    ours, theirs = pty.openpty()
    variables = environment(term.folder) | {"TERM": "xterm"}
    command = [sys.executable, "-m", "cnngrade", *term.arguments]
    with subprocess.Popen(command, cwd=term.folder, env=variables, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(ours)
    assert process.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert re.search(r"grading .*0/1", text)
    assert re.search(r"grading .*1/1 .*a minute", text)
    assert "ada" not in text


def on_a_full_disk(folder: Path, arguments: list[str], most: int) -> list[str]:
    """The lines that the command ends with where no file may have more than `most` bytes; it has to exit with 2."""

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = run(folder, *arguments, preexec_fn=fill)
    assert done.returncode == 2
    return done.stderr.splitlines()


def test_a_full_disk_loses_no_grade(graded: Term) -> None:
    """When grades.db cannot grow the run ends with one line, and all that it held is still there."""
    before = graded.reports()
    (line,) = on_a_full_disk(graded.folder, graded.arguments, most=4096)
    assert line.startswith("cnngrade: out/grades.db: no space is left to write to")
    assert line.endswith("All that was graded so far is kept; free some space and run the same command again")
    assert graded.grade() == (1, said(0, of=2, unchanged=2), [])
    assert graded.reports() == before


def test_pages_that_could_not_be_written_are_written_later(term: Term) -> None:
    """When a grade is stored, but its page cannot be written, the same command writes it without grading again."""
    reference(term.folder / "class" / "ada")
    (term.folder / "out").mkdir()
    (term.folder / "out" / "reports").write_text("in the way")
    code, _, lines = term.grade()
    assert code == 2
    told = (
        r"cnngrade: ada: could not write the report: out/reports/ada\S+ cannot be written: \S.* What was graded so far"
    )
    assert re.match(told, lines[-1])
    (term.folder / "out" / "reports").unlink()
    assert term.grade() == (0, said(0, of=1, unchanged=1), [])
    assert list(term.reports()) == term.gradebook() == ["ada"]
    assert (term.folder / "out" / "reports" / "ada" / "report.html").is_file()


# --- what is told before anything is graded ---------------------------------------------------------------------------


@pytest.fixture
def refused(term: Term) -> Any:
    """Runs `grade` here, where it has to end with 2 and leave the submissions alone; returns what it said."""
    reference(term.folder / "class" / "ada")

    def refuse(week: str = "week2", submissions: str = "class", out: str = "out") -> str:
        assert cli.run(["grade", week, submissions, "--out", out, "--course", "course"]) == 2
        told = term.capsys.readouterr()
        assert told.out == ""
        return told.err

    return refuse


def test_wrong_arguments_are_one_line(refused: Any, term: Term) -> None:
    """An unknown week, a folder that is not there or holds nothing, are told, and nothing is written."""
    (term.folder / "empty").mkdir()
    assert "there is no 'week9' in this course. Did you mean 'week2'?" in refused(week="week9")
    assert refused(submissions="no") == ("cnngrade: no such folder: no. Give the folder that holds the submissions\n")
    assert refused(submissions="empty").startswith("cnngrade: no submission in empty. It should hold")
    assert refused(submissions="class/ada").startswith("cnngrade: class/ada is itself a submission")
    assert not (term.folder / "out").exists()


@pytest.mark.parametrize("out", ["class", "class/out", "class/../class/ada"])
def test_reports_do_not_go_among_the_submissions(refused: Any, term: Term, out: str) -> None:
    """An --out inside of SUBMISSIONS would be graded by the next run, so it is refused."""
    before = sorted(term.folder.rglob("*"))
    assert refused(out=out) == (
        f"cnngrade: --out {out} lies in the folder of submissions, and would be taken for one. "
        "Choose a folder outside of it\n"
    )
    assert sorted(term.folder.rglob("*")) == before


def test_an_out_that_cannot_be_written_is_one_line(refused: Any, term: Term) -> None:
    """A file in place of the folder, or a place where no folder can be made, is told with its path."""
    (term.folder / "file").write_text("mine")
    assert refused(out="file") == "cnngrade: file: File exists. Choose another folder\n"
    assert refused(out="file/below") == "cnngrade: file/below: Not a directory. Choose another folder\n"
    assert refused(out="/proc/out").startswith("cnngrade: /proc/out: ")
    assert (term.folder / "file").read_text() == "mine"


def test_a_second_run_on_the_same_out_is_refused(refused: Any, term: Term) -> None:
    """Two runs never write one folder."""
    with Store(term.folder / "out"):
        assert refused() == "cnngrade: another run is writing to out. Wait for it, stop it, or choose another --out\n"


def test_a_corrupt_database_is_left_alone(refused: Any, term: Term) -> None:
    """A damaged grades.db ends the run with one line; nothing takes its place, and no report is written over."""
    (term.folder / "out").mkdir()
    (term.folder / "out" / "grades.db").write_bytes(b"neither" * 1000)
    (term.folder / "out" / "gradebook.csv").write_text("old")
    assert refused().startswith("cnngrade: out/grades.db is damaged or no database of cnngrade's")
    assert (term.folder / "out" / "grades.db").read_bytes() == b"neither" * 1000
    assert (term.folder / "out" / "gradebook.csv").read_text() == "old"


def test_another_week_needs_another_out(refused: Any, term: Term) -> None:
    """Grades of two weeks do not get into one gradebook."""
    from tests.support import factories

    with Store(term.folder / "out") as store:
        store.add(factories.week(week="week1"), "key")
    assert refused() == "cnngrade: out/grades.db holds grades of week1. Give week2 an --out folder of its own\n"


def test_students_have_no_hidden_suite(refused: Any, term: Term) -> None:
    """In a student's copy of the course the command says for whom it is."""
    shutil.rmtree(term.folder / "course" / "assignments" / "week2" / "hidden")
    assert "the hidden suite of week2 is not installed here. `grade` is for staff; students use" in refused()


def test_a_malformed_course_file_is_told_with_its_lines(refused: Any, term: Term) -> None:
    """All that is wrong in assignment.toml is told at once, each with file and line."""
    path = term.folder / "course" / "assignments" / "week2" / "assignment.toml"
    path.write_text(path.read_text().replace("seconds = 20 ", "secs = 20 ").replace('title = "Counting', 'titel = "C'))
    told = refused()
    assert "problems in the course files:" in told
    for wrong in ("secs = ", "titel = "):
        line = 1 + next(n for n, text in enumerate(path.read_text().splitlines()) if text.startswith(wrong))
        assert f"assignment.toml:{line}: " in told
    assert not (term.folder / "out").exists()
