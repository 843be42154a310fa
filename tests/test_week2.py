"""What is particular to week 2: its experiment. All else that has to hold of a week is in test_weeks."""

from __future__ import annotations

import pytest

from cnngrade.course import find_course
from cnngrade.course.mistakes import apply, read_mistakes
from cnngrade.records.report import Report, Verdict
from tests.support.judging import REPOSITORY, judge

WEEK = find_course(REPOSITORY, REPOSITORY).week("week2")


def lost(report: Report) -> dict[str, str]:
    return {
        task.id: task.tests[0].message
        for task in report.tasks
        if task.verdict not in (Verdict.PASS, Verdict.NOT_GRADED)
    }


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_experiment_tells_what_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The experiment notes four accuracies; it is lost by permuting otherwise, and not by a net that learns all the same."""
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    assert WEEK.solution is not None
    reference = {name: (WEEK.solution / name).read_bytes() for name in WEEK.files}
    mistakes = {mistake.id: mistake for mistake in read_mistakes(WEEK.mistakes)[0]}
    files = {name: apply(mistakes[name], reference) for name in ("permute-inverse", "cnn-logits")}
    reports = judge(files, tasks=("permutation-experiment",), training=True)
    assert "SmallCNN on permuted pixels: " in lost(reports["permute-inverse"])["permutation-experiment"]
    assert lost(reports["cnn-logits"]) == {}
    for report in reports.values():
        rows = report.tasks[0].figures["comparison"]
        assert [(row["net"], row["permuted"]) for row in rows] == [
            ("FullyConnected", False),
            ("FullyConnected", True),
            ("SmallCNN", False),
            ("SmallCNN", True),
        ]
