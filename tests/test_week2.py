"""Week 2's suites are right: every correct submission earns all points, every known mistake loses its task and is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnngrade.course import find_course
from cnngrade.course.mistakes import Mistake, apply, read_mistakes
from cnngrade.facts import Report, Verdict
from tests.judging import REPOSITORY, judge

WEEK = find_course(REPOSITORY, REPOSITORY).week("week2")
REFERENCE = {name: (WEEK.solution / name).read_bytes() for name in WEEK.files} if WEEK.solution else {}
SAMPLES = REPOSITORY / "tests" / "samples" / "week2" / "pass"
MISTAKES: list[Mistake] = read_mistakes(WEEK.mistakes)[0]
TRAINED = {task.id for task in WEEK.tasks if task.data}
QUICK = [mistake for mistake in MISTAKES if mistake.task not in TRAINED]
SLOW = [mistake for mistake in MISTAKES if mistake.task in TRAINED]


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}


def correct() -> dict[str, dict[str, bytes]]:
    return {"reference": REFERENCE} | {path.name: files_of(path) for path in sorted(SAMPLES.iterdir())}


def lost(report: Report) -> dict[str, str]:
    return {
        task.id: task.tests[0].message
        for task in report.tasks
        if task.verdict not in (Verdict.PASS, Verdict.NOT_GRADED)
    }


@pytest.fixture(scope="module")
def correct_reports() -> dict[str, Report]:
    return judge(correct(), suites=("public", "hidden"))


@pytest.mark.parametrize("name", sorted(correct()))
def test_correct_submission_earns_all_points(correct_reports: dict[str, Report], name: str) -> None:
    """A correct submission earns every point of both suites, in whatever style it is written."""
    assert lost(correct_reports[name]) == {}


@pytest.fixture(scope="module")
def mistaken_reports() -> dict[str, Report]:
    return judge({mistake.id: apply(mistake, REFERENCE) for mistake in QUICK})


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mistake", QUICK, ids=lambda mistake: mistake.id)
def test_mistake_loses_its_task_only(mistaken_reports: dict[str, Report], mistake: Mistake) -> None:
    """A known mistake loses its task, and no task that does not depend on it."""
    failed = set(lost(mistaken_reports[mistake.id]))
    assert mistake.task in failed
    assert failed <= {mistake.task, *mistake.also}


@pytest.mark.parametrize("mistake", QUICK, ids=lambda mistake: mistake.id)
def test_mistake_is_named(mistaken_reports: dict[str, Report], mistake: Mistake) -> None:
    """A known mistake is recognised by what it computes, and the student reads its hint."""
    (task,) = [task for task in mistaken_reports[mistake.id].tasks if task.id == mistake.task]
    assert mistake.id in task.mistakes
    assert mistake.hint in (task.hint or "")


def test_mistakes_differ(mistaken_reports: dict[str, Report]) -> None:
    """No two mistakes behave alike: each is named alone."""
    several = {m.id: t.mistakes for m in QUICK for t in mistaken_reports[m.id].tasks if len(t.mistakes) > 1}
    assert several == {}


def test_every_test_can_fail(mistaken_reports: dict[str, Report]) -> None:
    """Each hidden test fails for at least one known mistake: none passes whatever the code does."""
    passed = {
        test.id: all(
            other.verdict is Verdict.PASS
            for report in mistaken_reports.values()
            for each in report.tasks
            for other in each.tests
            if other.id == test.id
        )
        for task in next(iter(mistaken_reports.values())).tasks
        for test in task.tests
    }
    assert [test for test, never_failed in passed.items() if never_failed] == []


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_training_mistakes_miss_the_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in `train_lenet` loses the accuracy task, on the digits that every machine has."""
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    files = {mistake.id: apply(mistake, REFERENCE) for mistake in SLOW}
    reports = judge(files, tasks=("lenet-accuracy",), training=True)
    assert [name for name, report in reports.items() if not lost(report)] == []


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_reference_reaches_every_accuracy() -> None:
    """The reference and a submission with another recipe reach every threshold, on the best data that this machine has."""
    chosen = {name: files for name, files in correct().items() if name in ("reference", "lazy")}
    reports = judge(chosen, training=True)
    assert {name: lost(report) for name, report in reports.items()} == {"reference": {}, "lazy": {}}
