from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cnngrade.cli import main as cli
from cnngrade.records.database import Store
from cnngrade.reports.folder import is_written, write_class, write_student
from tests.support import factories

TITLE = "CNNs & more"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder as `grade` leaves it."""
    folder = tmp_path / "graded"
    with Store(folder) as store:
        store.remember(week_title=TITLE)
        for report in factories.cohort(3):
            store.add(report, "key")
            write_student(folder, report, TITLE)
        write_class(folder, list(store.reports()), TITLE)
    return folder


def rendered(out: Path) -> dict[str, bytes]:
    files = (path for path in out.rglob("*") if path.is_file() and path.name not in ("grades.db", ".lock"))
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def test_lost_files_come_back_byte_for_byte(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`report` writes again what `grade` wrote, from grades.db alone, and leaves no other file."""
    before = rendered(out)
    assert len(before) == 2 * 3 + 2
    for name in before:
        (out / name).unlink()
    database = (out / "grades.db").read_bytes()
    assert cli.run(["report", str(out)]) == 0
    assert rendered(out) == before
    assert (out / "grades.db").read_bytes() == database
    assert capsys.readouterr().out == f"3 reports written; open {out / 'index.html'}\n"


@pytest.mark.parametrize("kind", ["missing", "foreign", "file"])
def test_a_folder_without_grades_is_one_line(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that `grade` did not write is told, and stays as it is."""
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.tex").write_text("")
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.rglob("*"))
    assert cli.run(["report", str(tmp_path / kind)]) == 2
    told = capsys.readouterr().err
    assert (
        told
        == f"cnngrade: there is no grades.db in {tmp_path / kind}. Give the folder that `cnngrade grade --out` wrote\n"
    )
    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_database_is_one_line(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From a grades.db that cannot be read nothing is rendered, and nothing is lost."""
    (out / "grades.db").write_bytes(b"neither" * 1000)
    before = rendered(out)
    assert cli.run(["report", str(out)]) == 2
    assert "grades.db is damaged or no database of cnngrade's" in capsys.readouterr().err
    assert rendered(out) == before


def test_reports_are_rendered_while_a_run_writes(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`report` waits for nobody: during a run it renders what is stored so far, and the run goes on."""
    before = rendered(out)
    for name in before:
        (out / name).unlink()
    with Store(out) as store:
        assert cli.run(["report", str(out)]) == 0
        assert rendered(out) == before
        store.add(factories.starter(), "key")
    assert capsys.readouterr().out == f"3 reports written; open {out / 'index.html'}\n"


def test_a_report_is_written_when_all_of_it_is(out: Path) -> None:
    """A page that is missing, or that belongs to an older grade, counts as not written."""
    report = factories.cohort(3)[0]
    assert is_written(out, report)
    assert not is_written(out, replace(report, notes=["graded again"]))
    next(out.glob(f"reports/{report.student}/report.html")).unlink()
    assert not is_written(out, report)
    assert not is_written(out, replace(report, student="nobody"))


def test_a_file_that_cannot_be_written_leaves_the_old_one(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files are replaced whole or not at all; the error names the file, and no part of it stays behind."""
    (out / "gradebook.csv").unlink()
    (out / "gradebook.csv").mkdir()
    (out / "gradebook.csv" / "mine").write_text("")
    assert cli.run(["report", str(out)]) == 2
    assert "gradebook.csv cannot be written" in capsys.readouterr().err
    assert not list(out.rglob("*.part"))
