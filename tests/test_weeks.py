"""Every week's suites are right: what `cnngrade verify` claims of a week, one test for each claim, judged once per week."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cnngrade.course import find_course
from cnngrade.events import result
from cnngrade.records.report import Verdict
from cnngrade.verify import claims
from cnngrade.verify.bench import quick_choice
from cnngrade.verify.claims import Unproven
from cnngrade.verify.liar import lied_to
from cnngrade.verify.mutation import judge_mutants
from cnngrade.verify.week import Evidence, Options, judge_week
from tests.support.judging import REPOSITORY, data_dir, judge

COURSE = find_course(REPOSITORY, REPOSITORY)
WORKERS = 2

pytestmark = pytest.mark.timeout(1500)  # the first test of a week judges it


def judged(week: str, training: str, tasks: tuple[str, ...] = ()) -> Evidence:
    options = Options(WORKERS, data_dir=data_dir(), tasks=tasks, training=training)
    return result(judge_week(COURSE, COURSE.week(week), options))


@pytest.fixture(scope="module", params=COURSE.weeks)
def evidence(request: pytest.FixtureRequest) -> Evidence:
    return judged(request.param, "none")


Claim = Callable[[Evidence], Iterator[Unproven]]


def holds_not(evidence: Evidence, claim: Claim) -> list[str]:
    return [str(finding) for finding in claim(evidence)]


def test_the_reference_earns_all_points(evidence: Evidence) -> None:
    """Our own solution passes the hidden and the public suite."""
    assert holds_not(evidence, claims.reference_earns_all) == []


def test_the_starter_is_missing_everywhere(evidence: Evidence) -> None:
    """The starter is what the reference makes of it, and loses every task politely."""
    assert holds_not(evidence, claims.starter_is_missing) == []


def test_samples_get_the_verdict_of_their_folder(evidence: Evidence) -> None:
    """Correct samples in any style earn every point; the others lose points as their folder says."""
    assert holds_not(evidence, claims.samples_earn_their_verdict) == []


def test_there_are_six_correct_submissions(evidence: Evidence) -> None:
    """At least six really different ones show that no style costs a point."""
    assert sum(verdict == Verdict.PASS for verdict, _ in evidence.samples) >= 6


def test_each_mistake_loses_its_task(evidence: Evidence) -> None:
    """Each known mistake loses the task that it is about."""
    assert holds_not(evidence, claims.mistakes_lose_their_task) == []


def test_no_mistake_loses_anything_else(evidence: Evidence) -> None:
    """A mistake costs no task that does not depend on it."""
    assert holds_not(evidence, claims.mistakes_lose_nothing_else) == []


def test_each_mistake_is_named(evidence: Evidence) -> None:
    """A known mistake is recognised by what it computes, and the student reads its hint."""
    assert holds_not(evidence, claims.mistakes_are_named) == []


def test_no_mistake_gets_anothers_hint(evidence: Evidence) -> None:
    """No two mistakes behave alike: each is named alone, and never a wrong one."""
    assert holds_not(evidence, claims.mistakes_are_named_rightly) == []


def test_there_are_twenty_five_mistakes(evidence: Evidence) -> None:
    """At least 25 a week, and the report names four out of five."""
    named = [
        mistake.id
        for mistake, found in evidence.mistakes
        if mistake.id in getattr(found.task(mistake.task), "mistakes", ())
    ]
    assert len(evidence.mistakes) >= 25
    assert len(named) >= 0.8 * len(evidence.mistakes)


def test_public_tests_pass_where_hidden_ones_do(evidence: Evidence) -> None:
    """A student who passes the hidden tests of a task also passes its public ones."""
    assert holds_not(evidence, claims.public_follows_hidden) == []


def test_no_lie_earns_a_task(evidence: Evidence) -> None:
    """An inside without student code, which knows the repository and the answers under other secrets, earns no task."""
    assert holds_not(evidence, claims.no_lie_earns_a_task) == []
    assert set(evidence.lied.claims) == {task.id for task in evidence.reference.tasks if task.verdict.counts}


def test_no_mistake_is_caught_by_claims_alone(evidence: Evidence) -> None:
    """What each known mistake does wrong is asked for by a test that no lie passes."""
    assert holds_not(evidence, claims.mistakes_are_caught_by_evidence) == []


def test_every_test_can_fail(evidence: Evidence) -> None:
    """Each hidden test fails for at least one known mistake, so none passes for every code."""
    assert holds_not(evidence, claims.every_test_can_fail) == []


def test_every_row_is_judged(evidence: Evidence) -> None:
    """All that the starter leaves to the student is judged by some task."""
    assert holds_not(evidence, claims.every_row_is_judged) == []


def test_the_suite_is_quick(evidence: Evidence) -> None:
    """`check` without training takes under 20 s and 2 GB."""
    assert holds_not(evidence, claims.suite_is_quick) == []


TRAINED = {week: tuple(task.id for task in COURSE.week(week).tasks if task.data) for week in COURSE.weeks}


def misses(week: str, tasks: tuple[str, ...]) -> dict[str, str]:
    """What our own solution misses of the tasks that train."""
    solution = COURSE.week(week).solution
    assert solution is not None
    reference = {path.name: path.read_bytes() for path in solution.glob("*.py")}
    report = judge({"reference": reference}, tasks=tasks, training=True, week=week)["reference"]
    return {task.id: task.tests[-1].message for task in report.tasks if task.verdict.counts and not task.score}


@pytest.mark.slow
@pytest.mark.parametrize("week", [week for week in COURSE.weeks if TRAINED[week]])
def test_the_reference_reaches_its_thresholds(week: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own solution reaches the threshold of every task that trains on the digits, which every machine has."""
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    assert misses(week, TRAINED[week]) == {}


@pytest.mark.slow
@pytest.mark.parametrize("week", [week for week in COURSE.weeks if TRAINED[week]])
def test_no_lie_earns_an_accuracy(week: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parameters that were trained under another secret earn no task that trains on the digits."""
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/nonexistent")
    chosen = COURSE.week(week)
    names = [task.id for task in chosen.tasks if quick_choice(task)]
    lied = lied_to(COURSE, chosen, "cpu", None, names)
    assert sorted(lied.claims) == sorted(names)
    assert lied.earned == {}


@pytest.mark.slow
@pytest.mark.skipif(data_dir() is None, reason="no folder with the real MNIST: set CNNGRADE_DATA")
def test_lenet_reaches_97_percent_on_mnist() -> None:
    """Our own LeNet-5 reaches the threshold of the course page on the real MNIST."""
    assert misses("week2", ("lenet-accuracy",)) == {}


@pytest.mark.long
@pytest.mark.parametrize("week", [week for week in COURSE.weeks if TRAINED[week]])
def test_training_is_judged_rightly(week: str) -> None:
    """The reference reaches each threshold on the best data here, correct samples do, and no known mistake does."""
    assert [str(finding) for finding in claims.findings(judged(week, "quick", TRAINED[week]))] == []


@pytest.mark.long
@pytest.mark.parametrize(
    "week", [week for week in COURSE.weeks if (COURSE.week(week).folder / "equivalent.toml").exists()]
)
def test_every_mutant_is_caught(week: str) -> None:
    """The hidden suite notices every mechanical change of the reference that changes anything."""
    options = Options(WORKERS, training="none")
    evidence = result(judge_week(COURSE, COURSE.week(week), options))
    assert [str(finding) for finding in result(judge_mutants(COURSE, evidence, options)).findings()] == []
