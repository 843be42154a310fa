"""No draw costs a correct submission its points, and none lets a known mistake keep them: judged under many secrets."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cnngrade.backends.orders import Orders
from cnngrade.course import find_course
from cnngrade.course.location import Week
from cnngrade.course.mistakes import apply, read_mistakes
from cnngrade.records.report import TaskResult, Verdict
from cnngrade.submissions import read_submission
from cnngrade.verify.bench import Batch, Crew, Judged, Trial
from tests.support.judging import REPOSITORY

COURSE = find_course(REPOSITORY, REPOSITORY)
SECRETS = 20  # under which correct submissions are judged
SECRETS_OF_MISTAKES = 3
REFERENCE, MISTAKE = "the reference", "the mistake "
CHEAP = {"week1": (1, ("conv-parameters", "softmax")), "week2": (2, ("count-parameters", "permute-pixels"))}


def correct(week: Week) -> dict[str, dict[str, bytes]]:
    """The reference and the correct samples of a week, by name."""
    assert week.solution is not None
    samples = sorted((REPOSITORY / "tests" / "samples" / week.name / "pass").iterdir())
    return {
        REFERENCE: {name: (week.solution / name).read_bytes() for name in week.files},
        **{path.name: read_submission(path, week.name, week.files).files for path in samples if path.is_dir()},
    }


def untrained(week: Week, chosen: Sequence[str] = ()) -> tuple[str, ...]:
    return tuple(task.id for task in week.tasks if not task.data and (not chosen or task.id in chosen))


def judged(week: Week, tasks: tuple[str, ...], number: int, jobs: Sequence[Trial]) -> list[Judged]:
    """The jobs under the secret with this number."""
    secret = b"a secret that is as good as any other: number %d" % number
    with Crew(Orders(COURSE.root, week.name, "cpu", None, tasks=tasks, secret=secret), workers=1) as crew:
        came = list(crew.judge([Batch(f"secret {number}", tuple(jobs))]))
    return [each for each in came if isinstance(each, Judged)]


def tries(week: Week, tasks: tuple[str, ...]) -> list[Trial]:
    """The correct submissions, on all tasks."""
    return [Trial(name, files, tasks, public=False) for name, files in correct(week).items()]


def mistakes(week: Week, tasks: tuple[str, ...]) -> list[Trial]:
    """The known mistakes, each on its own task, to the first test that catches it."""
    known, problems = read_mistakes(week.mistakes)
    assert problems == []
    files = correct(week)[REFERENCE]
    return [
        Trial(f"{MISTAKE}{mistake.id}", apply(mistake, files), (mistake.task,), public=False, to_the_first_failure=True)
        for mistake in known
        if mistake.task in tasks
    ]


def wrongs(week: Week, tasks: tuple[str, ...], number: int, jobs: Sequence[Trial]) -> list[str]:
    """What a secret does wrong: what correct submissions lose, and mistakes that lose nothing."""
    found = judged(week, tasks, number, jobs)
    assert [each.key for each in found] == [job.key for job in jobs] != []
    return [
        f"secret {number}, {each.key}: {task.id}: {why(task) or 'passes'}"
        for each in found
        for task in each.tasks
        if (task.verdict is Verdict.PASS) == each.key.startswith(MISTAKE)
    ]


def why(task: TaskResult) -> str:
    return "; ".join(f"{test.id} ({test.message})" for test in task.tests if test.verdict is not Verdict.PASS)


@pytest.mark.parametrize(("name", "number", "chosen"), [(name, *sample) for name, sample in CHEAP.items()])
def test_a_secret_judges_rightly(name: str, number: int, chosen: tuple[str, ...]) -> None:
    """A small sample of what is proven below: correct submissions earn a few quick tasks, which no known mistake does."""
    week = COURSE.week(name)
    tasks = untrained(week, chosen)
    assert len(tasks) == len(chosen)
    assert wrongs(week, tasks, number, [*tries(week, tasks), *mistakes(week, tasks)]) == []


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", COURSE.weeks)
def test_no_secret_costs_a_point(name: str) -> None:
    """For every secret, the reference and all correct samples earn every task without training."""
    week, tasks = COURSE.week(name), untrained(COURSE.week(name))
    assert [wrong for number in range(SECRETS) for wrong in wrongs(week, tasks, number, tries(week, tasks))] == []


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", COURSE.weeks)
def test_no_secret_lets_a_mistake_pass(name: str) -> None:
    """For every secret, each known mistake loses the task that it is about."""
    week, tasks = COURSE.week(name), untrained(COURSE.week(name))
    numbers = range(SECRETS_OF_MISTAKES)
    assert [wrong for number in numbers for wrong in wrongs(week, tasks, number, mistakes(week, tasks))] == []
