"""Loops over students go through `Barrier`; what is held back is told, and what is everybody's is not held back."""

from __future__ import annotations

import ast
import csv
import errno
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

import cnngrade
from cnngrade.barrier import STRICT, Barrier
from cnngrade.cli import main as cli
from cnngrade.cli import report as report_command
from cnngrade.errors import HaltError, OutputError, UserError
from cnngrade.records.database import Store
from cnngrade.records.report import Report
from cnngrade.reports import folder, spelled_out
from cnngrade.reports.folder import write_class
from tests.support import factories

ROOT = Path(cnngrade.__path__[0])

# --- the architecture -------------------------------------------------------------------------------------------------

# What a class is called, wherever the first process goes through one.
CLASS = {
    *("reports", "ordered", "present", "outlines", "hand_ins", "identities", "students", "submissions", "requests"),
    *("sources", "prints", "pairs", "graded", "to_grade", "strangers", "absent", "changed", "piles", "fitting"),
    *("whose", "graded_as", "events"),
}
# Judging processes take one job at a time, and the first process outlives them; in a sandbox there is one submission.
ELSEWHERE = ("sandbox/", "verify/", "datasets/", "release/", "course/", "judge/")

# Loops that no student can make fail: they read fields of our own dataclasses, of types that decoding has checked, and
# compute with numbers and names. (Module, function) -> why that is so.
ALLOWED = {
    "reports/classpage.py": "counts and sums outlines; write_class draws them one by one where the page fails",
    "records/class_list.py": "looks up ids and attempts of the stored roll",
    "reports/sheets.py:_fill": "rows of the staff's sheet",
    "reports/sheets.py:_check_points": "compares points of the course with a sheet of the staff's",
    "reports/sheets.py:__init__": "an index of ids and names, which are plain text",
    "reports/plain.py:plain_csv": "whether any report has a key",
    "reports/gradebook.py:gradebook_csv": "whether any report has a deadline",
    "reports/folder.py:write_class": "the ids of tasks, after the summing up",
    "reports/similarity.py:list_page": "numbers the pairs",
    "submissions/layouts.py:understand": "counts attempts",
    "submissions/collect.py:ids_of": "makes ids and digests of names, for any text: see test_names.py",
    "submissions/similarity.py:source_of": "the files of one submission",
    "submissions/similarity.py:compare": "compares arrays of numbers",
    "submissions/similarity.py:_pairs": "pairs of places",
    "submissions/similarity.py:_number_of_pairs": "counts",
    "submissions/intake.py:call": "zips what was found with its ids",
    "submissions/intake.py:_tell_absent": "the staff's own roster",
    "submissions/intake.py:_some": "names, made plain",
    "backends/local.py": "hands out requests; reading one goes through the barrier of services/grade_class.py",
    "cli/check.py:_show_check": "one student's own report",
    "services/watch.py": "one student's own folder and reports",
    "encodings.py": "pairs of bytes",
    "submissions/archives.py": "pairs of bytes",
    "services/grade_class.py:exit_code": "compares points; the store holds back what cannot be read",
    "services/mark.py:piles_of": "counts answers",
    "services/mark.py:write_sheet": "looks up marks by id",
    "services/mark.py:_shown": "ids",
    "services/grade_class.py:_only": "names on the command line",
    "marking/ledger.py": "marks by people, by id",
    "marking/session.py": "answers of the types that decoding has checked; grouping their texts goes through the barrier",
    "marking/spreadsheet.py": "writes cells, and reads a sheet of the staff's",
}


def loops() -> Iterator[tuple[str, str, int, ast.For | ast.comprehension, ast.AST]]:
    """(Module, function, line, loop, what it runs over) of every loop over a class in the first process."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(ELSEWHERE) or name == "backends/local.py":
            yield from _loops_of(name, ast.parse(path.read_text("utf-8")), "")


def _loops_of(
    module: str, node: ast.AST, function: str
) -> Iterator[tuple[str, str, int, ast.For | ast.comprehension, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        within = child.name if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.For | ast.comprehension) and CLASS & _names(child.iter):
            line = child.lineno if isinstance(child, ast.For) else child.iter.lineno
            yield module, within, line, child, child.iter
        yield from _loops_of(module, child, within)


def _names(iterable: ast.AST) -> set[str]:
    """What a loop runs over, by name: `reports`, `store.reports()`, `zip(ids, reports)`, `sorted(roll.known)`."""
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(iterable)
        if isinstance(node, ast.Attribute | ast.Name)
    }


def _is_held(loop: ast.For | ast.comprehension) -> bool:
    """Whether all that a loop does is done within `around`, or by `attempt`, but for keeping what came of it."""
    return isinstance(loop, ast.For) and any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("around", "attempt")
        for statement in loop.body
        for node in ast.walk(statement)
    )


def test_every_loop_over_students_has_a_barrier() -> None:
    """What a loop does for one student is held back there, or cannot fail, and then this file says why."""
    bare = [
        f"{module}:{line} ({function})"
        for module, function, line, loop, _ in loops()
        if not _is_held(loop) and not {module, f"{module}:{function}"} & ALLOWED.keys()
    ]
    assert not bare, "loops over students without a barrier:\n" + "\n".join(bare)


def test_no_exception_is_granted_for_nothing() -> None:
    """Each entry of the list of exceptions is needed by some loop."""
    found = {
        name
        for module, function, _, loop, _ in loops()
        if not _is_held(loop)
        for name in (module, f"{module}:{function}")
    }
    assert not ALLOWED.keys() - found


# --- what is held back, and what is not -------------------------------------------------------------------------------


def failing(error: BaseException) -> Barrier:
    barrier = Barrier()
    with barrier.around("mallory", "draw the page"):
        raise error
    return barrier


def test_a_trouble_is_one_line_with_all_that_is_needed() -> None:
    """A trouble says on one line who, what, where and what to do next, even if the error quotes a student's text."""
    barrier = Barrier()
    with barrier.around("mal\nlory", "draw the page"):
        spelled_out(Loud())  # type: ignore[arg-type]
    (trouble,) = barrier.troubles
    assert str(trouble).startswith("mal\N{REPLACEMENT CHARACTER}lory: could not draw the page: ")
    assert str(trouble).endswith("The same command tries again")
    assert str(trouble).isprintable()
    assert len(str(trouble)) < 500
    assert "reports/__init__.py:" in trouble.where
    assert barrier.exit_code == 3


class Loud:
    """Something that fails in a line of ours."""

    def replace(self, *_: str) -> str:
        raise ValueError("a\x1b[2J" + "b" * 5000 + "\n" + "c")


def test_the_same_trouble_is_told_once() -> None:
    """A report that cannot be read is asked for by every page, and told once."""
    barrier = Barrier()
    for _ in range(3):
        with barrier.around("ada", "read it"):
            raise ValueError("no")
    assert len(barrier.troubles) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(ValueError(), 3), (RecursionError(), 3), (MemoryError(), 3), (UserError("no"), 2), (OutputError("x"), 2)],
)
def test_what_is_ours_is_three(error: Exception, code: int) -> None:
    """Exit code 3 stands for an error of ours, 2 for a file that is wrong."""
    assert failing(error).exit_code == code


EVERYBODYS = [
    KeyboardInterrupt(),
    SystemExit(1),
    HaltError("grades.db is gone"),
    OSError(errno.ENOSPC, "full"),
    OSError(errno.EROFS, "read only"),
    BrokenPipeError(),
]


@pytest.mark.parametrize("error", EVERYBODYS, ids=lambda error: type(error).__name__)
def test_what_is_everybodys_ends_the_run(error: BaseException) -> None:
    """Ctrl-C, a full disk, a lost database and a reader that has left are no single student's trouble: they end the run."""
    with pytest.raises(type(error)):
        failing(error)
    with pytest.raises(type(error)):
        Barrier().attempt("ada", "read", lambda: raise_(error), lambda _note: None)


def raise_(error: BaseException) -> None:
    raise error


def test_without_a_barrier_nothing_is_held_back() -> None:
    """For one student alone the error itself is wanted."""
    with pytest.raises(ZeroDivisionError), STRICT.around("ada", "divide"):
        raise ZeroDivisionError


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With --debug the place in the code is shown, and without it the output stays short."""
    from cnngrade.cli.troubles import tell

    @click.command("report")
    def broken() -> int:
        return tell(failing(ValueError("no such colour")))

    monkeypatch.setattr(report_command, "report", broken)
    assert cli.run(["report"]) == 3
    quiet = capsys.readouterr().err
    assert quiet.count("\n") == 1
    assert cli.run(["--debug", "report"]) == 3
    loud = capsys.readouterr().err
    assert "Traceback (most recent call last)" in loud
    assert "Traceback" not in quiet


# --- one report that nobody can draw ----------------------------------------------------------------------------------

TITLE = "CNNs"
ERRORS = (ValueError("no such colour"), KeyError("losses"), RecursionError("too deep"), MemoryError())


def stored(out: Path, *others: Report) -> None:
    with Store(out) as store:
        store.remember(week_title=TITLE, course="Convolutional networks")
        for each in [*factories.cohort(2), *others]:
            store.add(each, "key")


def mallory() -> Report:
    return factories.report([factories.task("lenet-accuracy")], student="mallory")


def written(out: Path, but: str = "mallory") -> dict[str, bytes]:
    files = [path for path in (out / "reports").rglob("*") if path.is_file() and but not in path.parts]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_page_that_cannot_be_drawn_is_one_students(
    tmp_path: Path, error: Exception, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others' pages are the same to the byte, and the one has a page with the points and why, and keeps the row."""
    drawn = folder.student_page

    def fail(report: Report, week_title: str) -> str:
        if report.student == "mallory" and report.tasks[0].tests:
            raise error
        return drawn(report, week_title)

    monkeypatch.setattr(folder, "student_page", fail)
    stored(tmp_path / "without")
    stored(tmp_path / "with", mallory())
    assert cli.run(["report", str(tmp_path / "without")]) == 0
    capsys.readouterr()
    for _ in range(2):
        assert cli.run(["report", str(tmp_path / "with")]) == 3
        told = capsys.readouterr().err
        assert told.startswith("cnngrade: mallory: could not draw the report: ")
        assert told.count("\n") == 1
    assert written(tmp_path / "with") == written(tmp_path / "without")
    page = (tmp_path / "with/reports/mallory/report.html").read_text("utf-8")
    assert "could not draw the report" in page
    with (tmp_path / "with/gradebook.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert len(rows) == 3
    assert (rows["mallory"]["status"], rows["mallory"]["score"]) == ("graded", "5")


@pytest.mark.parametrize(
    "text", ["{}", "[" * 100_000, "\\ud800", b"\xff\xfe\x00"], ids=["empty", "deep", "surrogate", "bytes"]
)
def test_a_stored_report_that_cannot_be_read_is_one_students(
    tmp_path: Path, text: str | bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are reported and exported; the one has a row that says so, and no score to give away."""
    stored(tmp_path, factories.report([factories.task("lenet")], student="mallory"))
    with sqlite3.connect(tmp_path / "grades.db") as database:
        cast = "CAST(? AS TEXT)" if isinstance(text, bytes) else "?"
        database.execute(f"UPDATE grades SET report = {cast} WHERE student = 'mallory'", (text,))
    assert cli.run(["report", str(tmp_path)]) == 2
    assert "mallory: could not read the stored grade" in capsys.readouterr().err
    assert len(written(tmp_path)) == 4
    rows = (tmp_path / "gradebook.csv").read_text("utf-8").splitlines()
    assert [row for row in rows if row.startswith("mallory,week2,grader_error,,")]
    assert cli.run(["export", str(tmp_path), "--format", "gradescope"]) == 2
    assert len([*(tmp_path / "export").rglob("results.json")]) == 2


def test_a_folder_that_cannot_be_made_is_one_students(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands in the way of one report does not keep the others from being written."""
    stored(tmp_path, factories.report([factories.task("lenet")], student="mallory"))
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "mallory").write_text("a file")
    assert cli.run(["report", str(tmp_path)]) == 2
    assert "mallory: could not write the report" in capsys.readouterr().err
    assert len(written(tmp_path)) == 4


def test_a_row_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """Whose points are no number has a row all the same, and the page of the class is drawn of the others."""
    barrier = Barrier()
    odd = replace(factories.report([factories.task("lenet")], student="mallory"), score="seven")
    write_class(tmp_path, [*factories.cohort(2), odd], TITLE, barrier)
    rows = (tmp_path / "gradebook.csv").read_text("utf-8").splitlines()
    assert [row.rstrip(",") for row in rows if row.startswith("mallory")] == ["mallory,week2,grader_error"]
    assert "student-" in (tmp_path / "index.html").read_text("utf-8") or len(rows) == 4
    assert {trouble.student for trouble in barrier.troubles} == {"mallory"}
