from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from cnngrade.errors import OutputError
from cnngrade.records.database import Grades, Store
from cnngrade.records.report import Change
from tests.support import factories


def test_what_was_added_comes_back(tmp_path: Path) -> None:
    """A stored report is read back as it was, after the database was closed and opened again."""
    report = factories.typical()
    with Store(tmp_path / "new" / "out") as store:
        store.add(report, "key")
        store.remember(week_title="CNNs")
    with Grades(tmp_path / "new" / "out") as store:
        assert list(store.reports()) == [report]
        assert (store.graded_as("week2"), store.key("week2", report.student)) == ([report.student], "key")
        assert (store.weeks(), store.fact("week_title"), store.fact("unknown")) == (["week2"], "CNNs", "")


def test_a_newer_grade_takes_the_place_of_the_older(tmp_path: Path) -> None:
    """A student has one grade a week: the last one."""
    report = factories.starter()
    with Store(tmp_path) as store:
        store.add(report, "1")
        store.add(replace(report, notes=["again"]), "2")
        assert [stored.notes for stored in store.reports()] == [["again"]]
        assert (store.graded_as("week2"), store.key("week2", "starter")) == (["starter"], "2")


def test_reports_come_in_the_order_of_students(tmp_path: Path) -> None:
    """The order of grading does not show in what is rendered."""
    with Store(tmp_path) as store:
        for name in ("cyd", "ada", "bob"):
            store.add(replace(factories.starter(), student=name), name)
        assert [report.student for report in store.reports()] == ["ada", "bob", "cyd"]


def test_each_report_is_committed_at_once(tmp_path: Path) -> None:
    """What was added can be read by others while the run goes on, and so survives its end."""
    with Store(tmp_path) as store:
        store.add(factories.starter(), "key")
        with sqlite3.connect(store.path) as other:
            assert other.execute("SELECT student FROM grades").fetchall() == [("starter",)]


def test_changes_are_kept_in_their_order(tmp_path: Path) -> None:
    """What moved when a task was judged again is stored with the report, dated, and never replaced by a later change."""
    changes = [Change("week2", "starter", "lenet", 0.0, after, "wrong", "pass", "why") for after in (5.0, 3.0)]
    with Store(tmp_path) as store:
        for change in changes:
            store.add(factories.starter(), "key", [change])
    with Store(tmp_path) as store:
        assert [replace(change, at="") for change in store.changes()] == changes
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", change.at) for change in store.changes())


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    """While one run writes to a folder, another one is told so, and is let in afterwards."""
    with Store(tmp_path), pytest.raises(OutputError, match=r"another run is writing to .*\. Wait for it"):
        Store(tmp_path)
    with Store(tmp_path):
        pass


def test_readers_need_no_lock(tmp_path: Path) -> None:
    """While a run writes, others read what it has stored so far, and it goes on storing."""
    first, second = (replace(factories.starter(), student=name) for name in ("ada", "bob"))
    with Store(tmp_path) as store:
        store.add(first, "key")
        with Grades(tmp_path) as grades, Grades(tmp_path) as others:
            assert list(grades.reports()) == [first]
            store.add(second, "key")
            assert list(others.reports()) == [first, second]
    with Grades(tmp_path), Store(tmp_path):
        pass


GARBAGE = [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096]


@pytest.mark.parametrize("content", GARBAGE, ids=["text", "header"])
def test_a_corrupt_database_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """A damaged grades.db is no empty one: it is named, not a byte of it changes, and no lock stays behind."""
    (tmp_path / "grades.db").write_bytes(content)
    for _ in range(2):
        with pytest.raises(OutputError, match=r"grades\.db is damaged or no database of cnngrade's"):
            Store(tmp_path)
    assert (tmp_path / "grades.db").read_bytes() == content


def test_damage_in_the_middle_is_told(tmp_path: Path) -> None:
    """A database that opens, but whose rows cannot be read, is one line and no traceback."""
    with Store(tmp_path) as store:
        for number in range(30):
            store.add(replace(factories.typical(), student=f"s{number}"), "key")
    content = bytearray(store.path.read_bytes())
    content[8 * 4096 : -4096] = b"\xff" * (len(content) - 9 * 4096)
    store.path.write_bytes(content)
    with Store(tmp_path) as store, pytest.raises(OutputError, match=r"grades\.db is damaged"):
        list(store.reports())


def test_a_damaged_report_names_the_database(tmp_path: Path) -> None:
    """A row that is no report says in which file it lies and what to do."""
    with Store(tmp_path) as store:
        store.add(factories.starter(), "key")
        with sqlite3.connect(store.path) as other:
            other.execute("UPDATE grades SET report = '{}'")
        with pytest.raises(OutputError, match=r"grades\.db: this is no report of cnngrade.*[Gg]rade"):
            list(store.reports())


def test_a_database_without_marks_is_brought_up_to_date(tmp_path: Path) -> None:
    """What an earlier version wrote keeps its grades and can take marks; opening it again changes nothing more."""
    report = factories.starter()
    with Store(tmp_path) as store:
        store.add(report, "key")
    with sqlite3.connect(tmp_path / "grades.db") as old:
        for table in ("marks", "marked_answers"):
            old.execute(f"DROP TABLE {table}")
        old.execute("UPDATE facts SET value = '1' WHERE name = 'version'")
    for _ in range(2):
        with Store(tmp_path) as store:
            assert list(store.reports()) == [report]
            assert store.fact("version") == "2"
    with sqlite3.connect(tmp_path / "grades.db") as new:
        assert new.execute("SELECT count(*) FROM marks").fetchone() == (0,)


def test_another_version_is_refused(tmp_path: Path) -> None:
    """A database of another layout is not guessed at, and not touched."""
    with Store(tmp_path) as store:
        store.remember(version="99")
    before = (tmp_path / "grades.db").read_bytes()
    with pytest.raises(OutputError, match="another version of cnngrade"):
        Store(tmp_path)
    assert (tmp_path / "grades.db").read_bytes() == before


def test_there_has_to_be_one_to_read(tmp_path: Path) -> None:
    """Reading makes nothing: no folder, no database, no lock."""
    (tmp_path / "foreign").mkdir()
    for name in ("foreign", "absent"):
        with pytest.raises(OutputError, match=f"there is no grades.db in .*{name}"):
            Grades(tmp_path / name)
    assert [*tmp_path.rglob("*")] == [tmp_path / "foreign"]


def unwritable(tmp_path: Path) -> list[Path]:
    (tmp_path / "file").write_text("")
    (tmp_path / "taken" / "grades.db").mkdir(parents=True)
    return [tmp_path / "file", tmp_path / "file" / "below", Path("/proc/cnngrade"), tmp_path / "taken"]


@pytest.mark.parametrize("which", range(4), ids=["file", "below-a-file", "proc", "folder-for-db"])
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, which: int) -> None:
    """Everything that keeps the folder from being written is reported in one line with its path."""
    out = unwritable(tmp_path)[which]
    with pytest.raises(OutputError, match=str(out)) as error:
        Store(out)
    assert "\n" not in str(error.value)


def test_a_full_disk_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    """When SQLite finds no room the line says so, and earlier reports are still there."""
    first = factories.starter()
    with Store(tmp_path) as store:
        store.add(first, "key")
        store._connection.execute("PRAGMA max_page_count = 1")  # rounded up to what is in use: no page more
        with pytest.raises(OutputError, match=r"no space is left .*All that was graded so far is kept"):
            store.add(replace(factories.typical(), student="large"), "key")
        assert list(store.reports()) == [first]
