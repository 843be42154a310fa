from __future__ import annotations

from dataclasses import replace

import pytest

from cnngrade.records.report import Report, Status, TaskResult, Verdict, WrittenResult
from cnngrade.records.scoring import failed_report, is_full, lost_points, scored, waiting_points
from tests.support import factories

PASSED, LOST = factories.task("lenet"), factories.task("loaders", failing=True)
UNGRADED = factories.ungraded_vgg()
OURS = factories.task("vgg", verdict=Verdict.GRADER_ERROR, score=0.0)
MARKED, WAITING = WrittenResult("shuffle", 2.0, 3.0, "Luck."), WrittenResult("epoch", None, 4.0, "One pass.")


def facts(tasks: list[TaskResult], *written: WrittenResult) -> Report:
    """A report whose totals and status say nothing true yet."""
    wrong = {"auto_score": 99.0, "auto_max_score": 1.0, "score": -1.0, "max_score": 2.0, "status": Status.GRADED}
    return factories.report(tasks, list(written), **wrong)


def totals(report: Report) -> tuple[float, float, float, float]:
    return report.auto_score, report.auto_max_score, report.score, report.max_score


def test_what_counts_is_added_up() -> None:
    """Tasks that no machine could judge, and those that we failed on, are worth nothing; an answer counts when it is marked."""
    assert totals(scored(facts([PASSED, LOST, UNGRADED, OURS], MARKED, WAITING))) == (8.0, 13.0, 10.0, 20.0)


def test_points_are_numbers_with_a_point() -> None:
    """Where nothing counts the totals are 0.0, as other totals are, and not the whole number 0."""
    assert all(type(total) is float for total in totals(scored(facts([OURS]))))


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (facts([PASSED, LOST, UNGRADED], MARKED), Status.GRADED),
        (facts([PASSED], MARKED, WAITING), Status.INCOMPLETE),
        (replace(facts([PASSED]), pending=["loaders"]), Status.INCOMPLETE),
        (replace(facts([PASSED]), handed_in=False), Status.INCOMPLETE),
        (facts([PASSED, OURS], WAITING), Status.GRADER_ERROR),
        (facts([]), Status.GRADER_ERROR),
    ],
    ids=["all judged", "a mark missing", "a task pending", "nothing handed in", "our error", "nothing judged"],
)
def test_the_status_follows_from_the_facts(report: Report, status: Status) -> None:
    """Our own errors come first, then what is still missing; what a report said before does not matter."""
    assert scored(report).status is status


def test_questions_without_answers_count() -> None:
    """Who handed in nothing could have earned the points of the questions too."""
    assert totals(scored(facts([PASSED]), questions=15.0)) == (8.0, 8.0, 8.0, 23.0)


def test_our_failure_costs_nothing() -> None:
    """A report of what the grader failed on has no points to lose, whether it lists tasks or none."""
    for tasks in ([], [OURS]):
        report = failed_report("CNNs", "week2", "ada", "no memory was left", tasks)
        assert (report.status, totals(report), is_full(report)) == (Status.GRADER_ERROR, (0.0, 0.0, 0.0, 0.0), True)


def test_the_rest_is_told_apart() -> None:
    """What waits for a mark, what was lost, and whether all was earned are each asked for by name."""
    report = scored(facts([PASSED, LOST], MARKED, WAITING))
    assert (waiting_points(report), lost_points(report.tasks), is_full(report)) == (4.0, 5.0, False)
