"""The hostile samples in the sandbox: they earn nothing, break nothing, and leave nothing behind."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from cnngrade.facts import Report
from cnngrade.isolation import sandbox
from cnngrade.wire import Allowance
from tests.judging import REPOSITORY

WHY_NOT = sandbox.available()
pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(bool(WHY_NOT), reason=f"no sandbox on this machine: {WHY_NOT}"),
]
FOLDER = REPOSITORY / "tests" / "samples" / "week2" / "hostile"
SAMPLES = sorted(path for path in FOLDER.glob("*/*") if path.is_dir())
NAMES = [f"{path.parent.name}/{path.name}" for path in SAMPLES]
SECONDS = 3.0  # for each test: what hangs has to hang long enough to be seen, and no longer
EVERY = 8  # hostile samples to one neighbour


def judge(names: list[str]) -> dict[str, tuple[Report, str]]:
    """Sample or neighbour -> (report, what it printed), graded one after the other from one zygote."""
    from cnngrade.course import find_course
    from cnngrade.judge.grading import grade, make_plan
    from cnngrade.submissions import Submission

    course = find_course(REPOSITORY, REPOSITORY)
    week = course.week("week2")
    week = replace(
        week, tasks=tuple(replace(t, limits=replace(t.limits, seconds=60 if t.data else SECONDS)) for t in week.tasks)
    )
    assert week.hidden is not None
    assert week.solution is not None
    neighbour = {name: (week.solution / name).read_bytes() for name in week.files}
    found: dict[str, tuple[Report, str]] = {}
    children: list[sandbox._Child] = []

    class Recording(sandbox.Sandbox):
        def start(self, kept: int, most: Allowance) -> sandbox._Child:
            child = super().start(kept, most)
            assert isinstance(child, sandbox._Child)
            children.append(child)
            return child

    def run(group: list[str], tasks: list[str]) -> None:
        submissions = []
        for number, name in enumerate(group):
            files = {str(path.relative_to(FOLDER / name)): path.read_bytes() for path in (FOLDER / name).rglob("*.py")}
            submissions.append(Submission(name, files))
            if number % EVERY == 0:
                submissions.append(Submission(f"neighbour of {name}", neighbour))
        plan = make_plan(course, week, suites=[week.hidden], with_reference=True, device="cpu", chosen=tasks)
        with Recording() as isolation:
            grade(plan, submissions, isolation, lambda report: found.update({report.student: (report, "")}))

    training = [name for name in names if name.startswith("accuracy/")]
    run([name for name in names if name not in training], [task.id for task in week.tasks if not task.data])
    run(training, ["lenet-accuracy"])
    printed = "\n".join(child.output() for child in children)
    return {name: (report, printed) for name, (report, _) in found.items()}


@pytest.fixture(scope="module")
def graded() -> dict[str, tuple[Report, str]]:
    before = {process.pid for process in psutil.process_iter()}
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        halves = list(pool.map(judge, [NAMES[0::2], NAMES[1::2]]))
    left = [
        process
        for process in psutil.process_iter()
        if process.pid not in before and "zygote" in " ".join(process.cmdline())
    ]
    assert left == []
    return halves[0] | halves[1]


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("name", NAMES)
def test_earns_nothing(graded: dict[str, tuple[Report, str]], name: str) -> None:
    """A hostile submission earns no point, whatever it patches, forges, finds or floods."""
    report, _printed = graded[name]
    assert {task.id: task.score for task in report.tasks if task.score} == {}


def test_nothing_is_breached(graded: dict[str, tuple[Report, str]]) -> None:
    """No hostile submission gets hold of something that it must not have."""
    lines = {
        line for _report, printed in graded.values() for line in printed.splitlines() if line.startswith("BREACH:")
    }
    assert lines == set()


def test_neighbours_get_what_they_get_alone(graded: dict[str, tuple[Report, str]]) -> None:
    """A correct submission graded right after a hostile one, by the same processes, gets all its points."""
    neighbours = {name: report for name, (report, _) in graded.items() if name.startswith("neighbour of ")}
    assert len(neighbours) > len(NAMES) / (2 * EVERY)
    lost = {name: [t.id for t in report.tasks if t.score < t.max_score] for name, report in neighbours.items()}
    assert {name: tasks for name, tasks in lost.items() if tasks} == {}


def test_nothing_is_left_on_disk(graded: dict[str, tuple[Report, str]], tmp_path: Path) -> None:
    """No temporary folder of a submission is left outside."""
    assert graded
    assert not list(Path(tmp_path.anchor, "tmp").glob("submission-*"))
