"""What pages say of lateness and absence, and what the page of a class draws."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from cnngrade.records.json import from_json, to_json
from cnngrade.records.report import Lateness, Report, TaskResult, Verdict
from cnngrade.reports import plots
from cnngrade.reports.classpage import class_page
from cnngrade.reports.html import student_page
from tests.support import factories

TITLE = "CNNs"
LATE = Lateness("2026-10-09 23:59+02:00", "2026-10-11 12:00+02:00", 2, 20.0)
ATTACK = "<script>alert(1)</script>"


def text(page: str) -> str:
    """A page without its style, script and markup, each run of white space as one blank."""
    page = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def late(**changes: object) -> Report:
    return replace(factories.typical(), score=60.0, lateness=replace(LATE, **changes))


def absent(student: str) -> Report:
    tasks = [replace(each, verdict=Verdict.MISSING, score=0.0, tests=[], figures={}) for each in factories.week().tasks]
    return replace(factories.report(tasks), student=student, handed_in=False, notes=["nothing was handed in"])


def test_lateness_is_read_back() -> None:
    """`report.json` holds the deduction and what is left for programs, and is read back as the same report."""
    report = late()
    plain = json.loads(to_json(report))
    assert plain["score"] == 60.0
    assert plain["lateness"] == {
        "due": LATE.due,
        "handed_in": LATE.handed_in,
        "days": 2,
        "per_cent": 20.0,
        "note": "",
        "deduction": 12.0,
        "final_score": 48.0,
    }
    assert from_json(to_json(report)) == report


def test_reports_of_an_older_version_are_read() -> None:
    """A report without the newer fields is one of somebody who handed in, and is not late."""
    plain = json.loads(to_json(factories.typical()))
    for name in ("name", "keys", "handed_in", "lateness"):
        del plain[name]
    assert from_json(json.dumps(plain)) == factories.typical()


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (
            late(),
            "2 days late: 12 points are deducted, 48 are left. The work itself earned 60; 20 % of that are deducted.",
        ),
        (late(days=1, per_cent=0.0), "1 day late , which costs nothing."),
        (late(days=0, per_cent=0.0), "In time. Handed in 2026-10-11 12:00+02:00, due 2026-10-09 23:59+02:00."),
        (
            late(handed_in="", days=0, per_cent=0.0, note="a deadline of their own"),
            "due 2026-10-09 23:59+02:00: a deadline",
        ),
    ],
)
def test_a_student_sees_the_deduction_and_the_points(report: Report, line: str) -> None:
    """A page says what being late has cost, beside what the work earned; the ring shows the latter."""
    page = student_page(report, TITLE)
    assert line in text(page)
    assert 'class="big" x="50" y="54">60<' in page


def test_a_student_who_handed_in_nothing_is_not_blamed_for_tasks() -> None:
    """The page of an absent student says so in one sentence, and lists no failures."""
    page = text(student_page(absent("zoe"), TITLE))
    assert "Nothing was handed in. This is no grade yet" in page
    assert "nothing handed in" in page
    assert "What to look at" not in page


def test_names_are_escaped() -> None:
    """A name from a roster is text, whatever it holds."""
    report = replace(late(), name=ATTACK)
    for page in (student_page(report, TITLE), class_page("c", "week2", TITLE, [report])):
        assert ATTACK not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_absent_are_listed_and_change_no_figure() -> None:
    """Who handed in nothing is counted apart: median, success and times are those of the others."""
    present = factories.cohort(9)
    with_absent = class_page("c", "week2", TITLE, [*present, absent("zoe"), absent("zack")])
    without = class_page("c", "week2", TITLE, present)
    assert re.findall(r"<svg .*?</svg>", with_absent, re.DOTALL) == re.findall(r"<svg .*?</svg>", without, re.DOTALL)
    assert '<b>2</b><span class="badge absent">nothing handed in</span>' in with_absent
    assert '<option value="absent">nothing handed in (2)</option>' in with_absent
    assert with_absent.count('<tr data-status="absent"') == 2
    assert "nothing handed in" not in text(without)
    assert "11 students" in text(with_absent)


def test_the_class_page_counts_the_late() -> None:
    """The page of a class says how many were late and what that cost, and shows both scores of each."""
    page = text(class_page("c", "week2", TITLE, [late(), replace(late(days=0, per_cent=0.0), student="in time")]))
    assert "1 late, 12 points deducted in all" in page
    assert "48 with −12" in page


def test_a_class_of_the_absent() -> None:
    """A class in which nobody handed in anything has a page, without a figure."""
    page = class_page("c", "week2", TITLE, [absent("zoe")])
    assert "1 nothing handed in" in text(page)
    assert "<figure>" not in page


def labels(page: str) -> list[str]:
    return [label.split(".")[0].split(":")[0] for label in re.findall(r'<svg role="img" aria-label="([^"]*)"', page)]


def test_the_figures_of_a_class() -> None:
    """Scores, mistakes, success and times are drawn, each as an SVG that says in words what it shows."""
    page = class_page("c", "week2", TITLE, factories.cohort(12))
    assert labels(page) == [
        "Students by share of the points",
        "Students who made each mistake",
        "Students who passed each task",
        "Seconds by task, the median",
    ]


def timed(seconds: float, **changes: object) -> TaskResult:
    task = factories.task("lenet", **changes)  # type: ignore[arg-type]
    return replace(task, tests=[replace(test, seconds=seconds / len(task.tests)) for test in task.tests])


def test_times_are_medians_of_those_who_wrote_something() -> None:
    """The figure of times has the median and the longest of a task, and leaves out where it is missing."""
    reports = [replace(factories.report([timed(seconds)]), student=str(seconds)) for seconds in (1.0, 2.0, 9.0)]
    reports.append(replace(factories.report([timed(0.0, verdict=Verdict.MISSING, score=0.0)]), student="missing"))
    page = class_page("c", "week2", TITLE, reports)
    assert 'aria-label="Seconds by task, the median. lenet: 2, at most 9"' in page


@pytest.mark.parametrize("longest", [0.004, 0.4, 3.0, 59.0, 61.0, 4000.0])
def test_times_of_any_length_can_be_drawn(longest: float) -> None:
    """From milliseconds to an hour the axis has numbers that can be told apart, and none beyond it."""
    svg = plots.task_times([("quick", longest / 10, longest), ("none", 0.0, 0.0)])
    ticks = [float(value) for value in re.findall(r">(\d+(?:\.\d+)?)</text>", svg)]
    assert ticks[0] == 0
    assert ticks == sorted(set(ticks))
    assert 2 <= len(ticks) <= 9
    assert ticks[-1] <= max(longest, 1) * 1.15


def test_mistakes_by_frequency() -> None:
    """The most common mistake comes first, and a strange name is text."""
    svg = plots.mistake_counts([("drops-last", 12), (ATTACK, 3)])
    assert (
        'aria-label="Students who made each mistake. drops-last: 12, &lt;script&gt;alert(1)&lt;/script&gt;: 3"' in svg
    )
    assert ATTACK not in svg
