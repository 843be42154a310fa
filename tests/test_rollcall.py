from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cnngrade.barrier import Barrier
from cnngrade.course import LatePolicy, Week, find_course
from cnngrade.errors import UserError
from cnngrade.submissions import intake as rollcall
from cnngrade.submissions.intake import CalledClass, Wishes, call
from cnngrade.submissions.layouts import Attempt
from tests.support.week2_course import reference, run, small_course
from tests.test_submissions import make_zip, write

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 10, 9, 23, 59, tzinfo=BERLIN)
POLICY = LatePolicy(DUE, BERLIN, per_day=10, grace=timedelta(minutes=30), cap=50)


@pytest.fixture
def week(tmp_path: Path) -> Week:
    """Week 2 with a deadline."""
    return replace(find_course(small_course(tmp_path / "course", "count-parameters")).week("week2"), late=POLICY)


@pytest.fixture
def canvas(tmp_path: Path) -> Path:
    """A download of Canvas: Ada handed in twice, the second time late, Bob once."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    make_zip(folder / "lovelaceada_101_9001_week2.zip", {"models.py": b"first"})
    make_zip(folder / "lovelaceada_LATE_101_9007_week2-1.zip", {"models.py": b"again"})
    make_zip(folder / "libob_LATE_102_9003_week2.zip", {"models.py": b"bob"})
    return folder


ROSTER = """\
student,name,canvas id,extension,handed in
ada,"Lovelace, Ada",101,,2026-10-11 12:00
bob,Bob Li,102,2,
zoe,Zoë Zhang,103,1,
"""


def called(canvas: Path, week: Week, roster: str | None = ROSTER, **wishes: object) -> CalledClass:
    if roster is not None:
        (canvas.parent / "roster.csv").write_text(roster)
        wishes["roster"] = canvas.parent / "roster.csv"
    return call(canvas, week, Wishes(**wishes))  # type: ignore[arg-type]


def test_a_roster_gives_ids_names_and_who_is_missing(canvas: Path, week: Week) -> None:
    """Submissions are graded under the roster's ids; students who handed in nothing are on the roll, and listed."""
    result = called(canvas, week)
    assert [(each, result.read(each).files["models.py"]) for each in result.to_grade] == [
        ("bob", b"bob"),
        ("ada", b"again"),
    ]
    assert (result.roll.known["ada"].name, result.roll.known["bob"].keys) == ("Lovelace, Ada", {"canvas": "102"})
    assert [known.student for known in result.roll.absent] == ["zoe"]
    assert "on the roster, and nothing handed in (1 of them have a deadline of their own): zoe" in result.notes


def test_lateness_is_reckoned_against_ones_own_deadline(canvas: Path, week: Week) -> None:
    """The roster's time counts for the attempt that it is of; a mark of the platform alone costs nothing."""
    roll = called(canvas, week).roll
    ada, first, bob = roll.known["ada"].lateness, roll.known["ada (attempt 1)"].lateness, roll.known["bob"].lateness
    assert ada is not None
    assert (ada.handed_in, ada.due) == ("2026-10-11 12:00+02:00", "2026-10-09 23:59+02:00")
    assert (ada.days, ada.per_cent) == (2, 20.0)
    assert first is None  # nobody knows when it came, and nothing is wrong with that
    assert bob is not None
    assert (bob.due, bob.days) == ("2026-10-11 23:59+02:00", 0)
    assert "a deadline of their own; the platform marks it as late; when it came is not known here" in bob.note


def test_best_grades_every_attempt(canvas: Path, week: Week) -> None:
    """With `best` the earlier attempts are graded too, under ids of their own."""
    result = called(canvas, week, best=True)
    assert list(result.to_grade) == ["bob", "ada (attempt 1)", "ada"]
    assert result.roll.best


def test_without_a_roster_platforms_name_the_students(canvas: Path, week: Week) -> None:
    """The platform's own words are the ids, and nobody is missing."""
    result = called(canvas, week, roster=None)
    assert list(result.to_grade) == ["libob_102", "lovelaceada_101"]
    assert result.roll.absent == []


def test_strangers_are_graded_and_told(canvas: Path, week: Week) -> None:
    """Who is not on the roster is graded under the platform's id, and staff hear of it."""
    result = called(canvas, week, "student,canvas id\nada,101\n")
    assert list(result.to_grade) == ["libob_102", "ada"]
    assert "not on the roster, and graded all the same: libob_102" in result.notes


def test_a_deadline_on_the_command_line(canvas: Path, week: Week) -> None:
    """--due takes the place of the course's, in the course's time zone; one that is unclear is refused."""
    ada = called(canvas, week, due="2026-10-11 11:45").roll.known["ada"].lateness
    assert ada is not None
    assert (ada.due, ada.days) == ("2026-10-11 11:45+02:00", 0)  # within the half hour of grace
    with pytest.raises(UserError, match="--due '3/4/2026' is no date"):
        called(canvas, week, due="3/4/2026")


def test_unknown_times_are_told_once(canvas: Path, week: Week) -> None:
    """Where nothing says when submissions came, nobody is late, and a line says so."""
    for name in ("ada", "bob"):
        write(canvas.parent / "plain" / name, models="1")
    result = call(canvas.parent / "plain", week, Wishes())
    assert all(known.lateness is None for known in result.roll.known.values())
    assert [note for note in result.notes if note.startswith("of 2 submissions nobody knows when they came")]


def test_file_times_on_request(canvas: Path, week: Week) -> None:
    """With --file-times the newest file of a submission says when it came."""
    folder = write(canvas.parent / "plain" / "ada", models="1", data="2")
    for name, hours in (("models.py", -1), ("data.py", 30)):
        when = (DUE + timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (when, when))
    late = call(canvas.parent / "plain", week, Wishes(file_times=True)).roll.known["ada"].lateness
    assert late is not None
    assert (late.handed_in, late.days) == ("2026-10-11 05:59+02:00", 2)


def test_a_roster_without_a_deadline_is_no_deadline(canvas: Path, week: Week) -> None:
    """In a week without [late] nothing is deducted; the platform's mark is passed on, with that."""
    text = ROSTER.replace("12:00", "12:00+02:00")
    late = called(canvas, replace(week, late=None), text).roll.known["ada"].lateness
    assert late is not None
    assert (late.due, late.days, late.per_cent) == ("", 0, 0.0)
    assert late.note == "the platform marks it as late; the deadline is not known here, and nothing is deducted"


def test_deadlines_that_only_the_roster_knows(canvas: Path, week: Week) -> None:
    """A roster may state everybody's deadline; then no student's is one of their own."""
    text = "student,canvas id,due,handed in\nada,101,2026-10-09 23:59,2026-10-10 12:00\nbob,102,2026-10-09 23:59,\n"
    known = called(canvas, replace(week, late=replace(POLICY, due=None)), text).roll.known
    ada = known["ada"].lateness
    assert ada is not None
    assert (ada.days, ada.per_cent, ada.note) == (1, 10.0, "")


def test_an_id_that_looks_like_an_attempt_stops_nobody(canvas: Path, week: Week) -> None:
    """Two submissions never share an id: where a student is called as an attempt would be, the last attempt alone is read."""
    write(canvas / "ada (attempt 1)", models="1")
    barrier = Barrier()
    (canvas.parent / "roster.csv").write_text(ROSTER)
    result = call(canvas, week, Wishes(roster=canvas.parent / "roster.csv", best=True), barrier)
    assert {"ada", "ada (attempt 1)", "bob"} == set(result.to_grade)
    assert result.read("ada (attempt 1)").files == {"models.py": b"1"}
    assert result.read("ada").files == {"models.py": b"again"}
    assert "another submission is called 'ada (attempt 1)'" in str(barrier.troubles[0])


def test_two_of_one_student_on_the_roster_are_neithers(canvas: Path, week: Week) -> None:
    """A student with the name of another on the roster takes nothing from the one that the platform's id identifies."""
    make_zip(canvas / "libob_109_9100_week2.zip", {"models.py": b"mallory"})
    result = called(canvas, week)
    assert result.read("bob").files == {"models.py": b"bob"}
    assert result.read("libob_109").files == {"models.py": b"mallory"}


def test_a_time_that_is_no_date_is_one_students(canvas: Path, week: Week, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the year 300,000, where a disk has such, leaves its owner without a time, and the others theirs."""
    newest = rollcall._newest

    def late(attempt: Attempt, policy: LatePolicy) -> datetime | None:
        return datetime.fromtimestamp(10**13) if "libob" in attempt.parts[0].path.name else newest(attempt, policy)

    monkeypatch.setattr(rollcall, "_newest", late)
    barrier = Barrier()
    roll = call(canvas, week, Wishes(file_times=True), barrier).roll
    assert [trouble.student for trouble in barrier.troubles] == ["libob_102"]
    assert "could not find out when it was handed in" in roll.known["libob_102"].lateness.note
    assert roll.known["lovelaceada_101"].lateness.handed_in


# --- the whole way ----------------------------------------------------------------------------------------------------

LATE = '[late]\ndue = 2026-10-09T23:59:00\ntimezone = "Europe/Berlin"\nper_day = 10\ngrace_minutes = 30\ncap = 50\n\n'


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.mark.slow
def test_a_class_from_canvas_to_gradebook(tmp_path: Path) -> None:
    """`grade` with a roster: ids, the better of two attempts, a deduction beside the score, and a row for the absent one.

    A roster that changes is taken over without grading anything again.
    """
    course = small_course(tmp_path / "course", "count-parameters", "small-cnn")
    toml = course / "assignments" / "week2" / "assignment.toml"
    toml.write_text(toml.read_text("utf-8").replace("[limits]", f"{LATE}[limits]", 1), "utf-8")
    right = {path.name: path.read_bytes() for path in reference(tmp_path / "right").glob("*.py")}
    worse = right | {"training.py": b"def count_parameters(model):\n    return 0\n"}
    folder = tmp_path / "submissions"
    folder.mkdir()
    make_zip(folder / "lovelaceada_101_9001_week2.zip", right)
    make_zip(folder / "lovelaceada_LATE_101_9007_week2-1.zip", worse)
    make_zip(folder / "libob_LATE_102_9003_week2.zip", right)
    (tmp_path / "roster.csv").write_text(ROSTER.replace("bob,Bob Li,102,2,", "bob,Bob Li,102,,2026-10-12 10:00"))
    command = [
        "grade",
        "week2",
        folder,
        "--out",
        tmp_path / "out",
        "--course",
        course,
        "--roster",
        tmp_path / "roster.csv",
    ]
    done = run(tmp_path, *command, "--attempt", "best")
    assert done.returncode == 1, done.stderr
    assert "read as a download of Canvas: 2 students, 1 of them with several attempts" in done.stderr
    found = rows(tmp_path / "out")
    assert list(found) == ["ada", "bob", "zoe"]
    assert [found["ada"][name] for name in ("count-parameters", "score", "deduction")] == ["3", "85", "0"]
    bob = [found["bob"][name] for name in ("score", "late_days", "deduction", "final_score")]
    assert bob == ["85", "3", "25.5", "59.5"]
    assert [found["zoe"][name] for name in ("status", "score", "max_score")] == ["incomplete", "0", "100"]
    report = json.loads((tmp_path / "out" / "reports" / "zoe" / "report.json").read_text("utf-8"))
    assert (report["handed_in"], report["notes"]) == (False, ["nothing was handed in"])
    report = json.loads((tmp_path / "out" / "reports" / "bob" / "report.json").read_text("utf-8"))
    assert (report["score"], report["lateness"]["deduction"], report["lateness"]["final_score"]) == (85.0, 25.5, 59.5)
    assert "3 days late: 25.5 points are deducted" in (tmp_path / "out" / "reports" / "bob" / "report.html").read_text(
        "utf-8"
    )

    (tmp_path / "roster.csv").write_text(ROSTER.replace("bob,Bob Li,102,2,", "bob,Bob Li,102,3,2026-10-12 10:00"))
    done = run(tmp_path, *command)
    assert "0 of 2 graded, 2 unchanged" in done.stdout
    assert "graded earlier" not in done.stderr
    found = rows(tmp_path / "out")
    assert [found["bob"][name] for name in ("score", "late_days", "deduction")] == ["85", "0", "0"]
    assert (found["ada"]["count-parameters"], found["ada"]["late_days"], found["ada"]["score"]) == ("0", "2", "82")
    report = json.loads((tmp_path / "out" / "reports" / "bob" / "report.json").read_text("utf-8"))
    assert report["lateness"]["note"] == "a deadline of their own"

    done = run(tmp_path, *command[:-2])
    assert f"an earlier run had the roster {tmp_path / 'roster.csv'}; without --roster its names" in done.stderr
    assert sorted(rows(tmp_path / "out")) == ["libob_102", "lovelaceada_101"]
