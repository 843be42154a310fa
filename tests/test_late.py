from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cnngrade.course.assignment import read_assignment
from cnngrade.course.course_file import CourseFile
from cnngrade.course.late import LatePolicy
from cnngrade.records.report import Lateness
from tests.support import factories
from tests.support.courses import ASSIGNMENT

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 10, 9, 23, 59, tzinfo=BERLIN)
POLICY = LatePolicy(DUE, BERLIN, per_day=10, grace=timedelta(minutes=30), cap=50)


def read(folder: Path, late: str) -> tuple[LatePolicy | None, list[str]]:
    """The policy of an assignment with a table [late], and what is wrong, with its line in that table from 1."""
    (folder / "assignment.toml").write_text(f"{ASSIGNMENT}\n{late}")
    file = CourseFile(folder / "assignment.toml")
    assignment = read_assignment(file)
    before = ASSIGNMENT.count("\n") + 1
    return assignment and assignment.late, [f"{problem.line - before}: {problem.message}" for problem in file.problems]


def test_a_policy_is_read(tmp_path: Path) -> None:
    """[late] says when, where, how much a day, from when on and how much at most."""
    table = (
        '[late]\ndue = 2026-10-09T23:59:00\ntimezone = "Europe/Berlin"\nper_day = 10\ngrace_minutes = 30\ncap = 50\n'
    )
    policy, problems = read(tmp_path, table)
    assert problems == []
    assert policy is not None
    assert policy == replace(POLICY, due=policy.due)
    assert policy.due == DUE


def test_an_offset_needs_no_zone(tmp_path: Path) -> None:
    """A deadline that says its offset from UTC is a moment by itself; without a [late] there is none."""
    policy, _ = read(tmp_path, "[late]\ndue = 2026-10-09T23:59:00+02:00\n")
    assert policy is not None
    assert policy.due == DUE
    assert read(tmp_path, "") == (None, [])


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("[late]\ndue = 2026-10-09T23:59:00", "1: late: 'due' says no time zone: state the 'timezone'"),
        ("[late]\ntimezone = 'Mars'", "2: timezone: 'Mars' is no time zone"),
        ("[late]\ndue = 'tomorrow'", "2: due: should be a valid datetime, got 'tomorrow'"),
        ("[late]\n\nper_days = 3", "3: unknown key 'per_days'. Did you mean 'per_day'?"),
        ("[late]\nper_day = 101", "2: per_day: should be less than or equal to 100, got 101"),
        ("[late]\ngrace_minutes = -1", "2: grace_minutes: should be greater than or equal to 0, got -1"),
    ],
)
def test_a_wrong_policy_is_told_with_its_line(tmp_path: Path, table: str, line: str) -> None:
    """What is wrong in [late] is one line, at the key that it is about."""
    policy, problems = read(tmp_path, table)
    assert policy is None
    assert len(problems) == 1
    assert problems[0].startswith(line)


@pytest.mark.parametrize(
    ("after", "days", "per_cent"),
    [
        (timedelta(hours=-5), 0, 0),
        (timedelta(0), 0, 0),
        (timedelta(minutes=30), 0, 0),  # the grace period, to its last second
        (timedelta(minutes=30, seconds=1), 1, 10),
        (timedelta(days=1), 1, 10),
        (timedelta(days=1, seconds=1), 2, 20),  # counted from the deadline, not from the end of the grace period
        (timedelta(days=4, hours=1), 5, 50),
        (timedelta(days=60), 61, 50),
    ],
)
def test_each_begun_day_costs(after: timedelta, days: int, per_cent: float) -> None:
    """Days are counted from the deadline, begun ones in full; grace is free, and the cap holds."""
    late = POLICY.lateness(DUE, DUE + after)
    assert (late.days, late.per_cent) == (days, per_cent)


def test_clocks_that_are_set_back_do_not_make_late() -> None:
    """Days are 24 hours long, also in the week that summer time ends."""
    due = datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN)
    handed_in = datetime(2026, 10, 25, 23, 29, tzinfo=BERLIN)  # 24.5 hours later by a watch that was not set back
    assert POLICY.lateness(due, handed_in).days == 2


def test_times_of_any_zone_compare() -> None:
    """What a platform states in UTC is late by the clock of the course."""
    late = POLICY.lateness(DUE, datetime.fromisoformat("2026-10-09T22:30:00+00:00"))
    assert late == Lateness("2026-10-09 23:59+02:00", "2026-10-09 22:30+00:00", 1, 10.0)


def test_an_unknown_time_costs_nothing() -> None:
    """A submission that may have been in time is not late."""
    late = POLICY.lateness(DUE, None, "why")
    assert (late.handed_in, late.days, late.per_cent, late.note) == ("", 0, 0.0, "why")


def test_a_deduction_stands_beside_the_score() -> None:
    """The raw score stays; deduction and final score follow from it, and change with it when answers are marked."""
    report = replace(factories.typical(), score=60.0, lateness=Lateness("", "", 2, 20.0))
    assert (report.score, report.deduction, report.final_score) == (60.0, 12.0, 48.0)
    marked = replace(report, score=70.0)
    assert (marked.deduction, marked.final_score) == (14.0, 56.0)
    assert replace(report, lateness=None).final_score == 60.0
