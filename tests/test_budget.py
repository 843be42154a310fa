"""What a submission costs in all, beside the limits of its single tests: a small week is judged, under small limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cnngrade.course import find_course
from cnngrade.course.assignment import DataChoice, Limits, Task, Training
from cnngrade.datasets.sources import find
from cnngrade.judge import budget, plugin
from cnngrade.judge import session as session_module
from cnngrade.judge.accuracy import Contest, TrainedNet
from cnngrade.judge.budget import Budget
from cnngrade.judge.draws import Draws
from cnngrade.judge.failures import Failure
from cnngrade.judge.grading import Graded, judged, task_result
from cnngrade.judge.jobs import Job
from cnngrade.judge.outcome import Outcome
from cnngrade.judge.ownlimits import OwnTime, TooLong, uninterrupted
from cnngrade.judge.plan import Plan, make_plan
from cnngrade.judge.session import Ask, Session
from cnngrade.judge.sides import ProbeCall
from cnngrade.records.report import Report, TestResult, Verdict
from cnngrade.reference import pace
from cnngrade.reference.code import TrustedCode
from cnngrade.reference.pace import Trainings
from cnngrade.reference.sessions import TrustedSession
from cnngrade.sandbox.outside.forked import Forked, trusted
from cnngrade.sandbox.outside.process import FreshProcess
from cnngrade.submissions import Submission
from tests.support.courses import COURSE

TESTS = 8  # of each of the two tasks
ASSIGNMENT = """
schema = 1
title = "Two"
files = ["one.py", "two.py"]
limits = {{ seconds = 20, memory_mb = 1000, output_kb = 8{limits} }}
""" + "".join(
    f'[[task]]\nid = "{name}"\ntitle = "{name.title()}"\npoints = 50\nsymbols = ["{name}.py:f"]\n'
    for name in ("one", "two")
)
SUITE = f"""
import pytest
from cnngrade.judge.suite import same, task

@pytest.mark.parametrize("x", range({TESTS}))
@task("one")
def test_one(inside, reference, x):
    '''f doubles.'''
    value = inside.call("one.py:f", x)
    while value == "for ever":
        value = str(value)
    if value == "much":
        value = len(bytearray(8 * 2**30))
    same(value, reference.call("one.py:f", x))

@pytest.mark.parametrize("x", range({TESTS}))
@task("two")
def test_two(inside, reference, x):
    '''f doubles.'''
    same(inside.call("two.py:f", x), reference.call("two.py:f", x))
"""
RIGHT = "def f(x): return 2 * x\n"


def write(root: Path, limits: str = "", solution: str = RIGHT) -> Path:
    week = root / "assignments" / "week1"
    for folder in ("public", "hidden"):
        (week / folder).mkdir(parents=True)
        (week / folder / f"test_{folder}.py").write_text(SUITE, "utf-8")
    (week / "assignment.toml").write_text(ASSIGNMENT.format(limits=limits), "utf-8")
    for part in ("solutions", "starter"):
        (root / part / "week1").mkdir(parents=True)
        for name in ("one.py", "two.py"):
            text = solution if part == "solutions" else "def f(x): raise NotImplementedError\n"
            (root / part / "week1" / name).write_text(text, "utf-8")
    for language in ("en", "zh"):
        (week / f"handout.{language}.md").write_text("# One\n", "utf-8")
    (root / "assignments" / "course.toml").write_text(COURSE, "utf-8")
    return root


def plan_of(root: Path) -> Plan:
    week = find_course(root, root).week("week1")
    assert week.hidden
    return make_plan(find_course(root, root), week, suites=[week.hidden], device="cpu")


@pytest.fixture(scope="module")
def isolation() -> Iterator[Forked | FreshProcess]:
    with trusted() as found:
        yield found


Reports = Callable[..., list[Report]]


@pytest.fixture
def reports_of(tmp_path: Path, isolation: Forked | FreshProcess) -> Reports:
    """`reports_of("text of one.py", ..., limits="")`: the reports of submissions that are right but for one.py."""

    def judge(*ones: str, limits: str = "", solution: str = RIGHT) -> list[Report]:
        jobs = [
            Job(Submission(str(number), {"one.py": one.encode(), "two.py": RIGHT.encode()}))
            for number, one in enumerate(ones)
        ]
        plan = plan_of(write(tmp_path / "course", limits, solution))
        with TrustedCode(plan.week, plan.device) as ours:
            return [one.report for one in judged(plan, jobs, isolation, ours) if isinstance(one, Graded)]

    return judge


def messages(report: Report, task: int = 0) -> list[str]:
    return [test.message for test in report.tasks[task].tests]


def counting(tmp_path: Path, name: str) -> str:
    """A line that leaves a mark each time it runs; `marks` counts them."""
    return f"open({str(tmp_path / name)!r}, 'a').write('x')"


def marks(tmp_path: Path, name: str) -> int:
    path = tmp_path / name
    return len(path.read_text()) if path.exists() else 0


# --- imports, restarts, answers ---------------------------------------------------------------------------------------


def test_imports_after_hard_exits_are_paid_from_one_purse(
    reports_of: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that takes long to import, and whose every call ends the process, is imported until its time is used up."""
    monkeypatch.setattr(budget, "IMPORT", 0.6)
    monkeypatch.setattr(budget, "AGAIN", 0.3)
    monkeypatch.setattr(session_module, "_IMPORT", 0.6)
    one = f"import os, time\n{counting(tmp_path, 'imports')}\ntime.sleep(0.5)\ndef f(x): os._exit(0)\n"
    (report,) = reports_of(one)
    assert 1 <= marks(tmp_path, "imports") <= 3 < TESTS  # 1.5 seconds for two files
    assert report.tasks[0].verdict in (Verdict.CRASH, Verdict.TIMEOUT)
    assert report.tasks[0].tests[-1].verdict is Verdict.TIMEOUT
    assert messages(report)[-1].startswith("not run: ")


def test_a_file_is_imported_once_by_a_process_that_goes_on(reports_of: Reports, tmp_path: Path) -> None:
    """All tests of a task that answers are answered by one import."""
    (report,) = reports_of(f"{counting(tmp_path, 'imports')}\n{RIGHT}")
    assert marks(tmp_path, "imports") == 1
    assert report.score == 100


def test_waiting_below_each_limit_is_bounded_for_the_task(
    reports_of: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls that each stay below their limit, and answer wrongly, end when the task's time is used up; the next task passes."""
    monkeypatch.setattr(budget, "TIMES", 0.0)
    one = f"import time\ndef f(x):\n    {counting(tmp_path, 'calls')}\n    time.sleep(0.6)\n    return 5\n"
    (report,) = reports_of(one, limits=", total_seconds = 1.5")
    assert 1 <= marks(tmp_path, "calls") <= 3
    assert [test.verdict for test in report.tasks[0].tests[-3:]] == [Verdict.TIMEOUT] * 3
    assert any("the tests of one task have 1.5 seconds together" in message for message in messages(report))
    assert report.tasks[1].verdict is Verdict.PASS


def test_waiting_below_each_limit_is_bounded_for_the_job(
    reports_of: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So do they for the whole job, whose tasks all wait: what is left is told to be not run."""
    monkeypatch.setattr(budget, "TIMES", 0.0)
    monkeypatch.setattr(budget, "FLOOR", 0.0)
    one = f"import time\ndef f(x):\n    {counting(tmp_path, 'calls')}\n    time.sleep(0.6)\n    return 5\n"
    (report,) = reports_of(one, limits=", total_seconds = 1.5")
    assert 1 <= marks(tmp_path, "calls") <= 3
    assert "the submission has 1.5 seconds in all" in messages(report, 1)[0]
    assert report.score == 0


def test_what_ours_needs_here_is_added_many_times(reports_of: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine where the reference itself takes long, a correct submission may take as long, and much longer."""
    monkeypatch.setattr(budget, "FLOOR", 0.0)
    slow = "import time\ndef f(x):\n    time.sleep({})\n    return 2 * x\n"
    # 8 * 0.2 seconds for the first task, where it has stated 1
    (report,) = reports_of(slow.format(0.2), limits=", total_seconds = 1.0", solution=slow.format(0.05))
    assert report.tasks[0].verdict is Verdict.PASS


def test_a_restart_is_charged_to_the_task_that_made_it_necessary() -> None:
    """The first start costs nothing; a later one is charged to the task in which the process ended, not to the next."""
    tasks = _tasks(total=10.0)
    mine = Budget(tasks)
    mine.begin("one")
    mine.spend_on_start(100.0)
    assert mine.left() == 10.0
    mine.note_end()
    mine.begin("two")
    mine.spend_on_start(9.0)
    assert mine.left() == 10.0
    mine.begin("one")
    assert mine.left() == 1.0


def test_a_job_ends_with_the_largest_of_its_tasks_or_the_floor() -> None:
    """Tasks that do not train share an end; each that trains adds its own."""
    quick = _tasks(total=400.0)
    mine = Budget(quick)
    for task, seconds in (("one", 300.0), ("two", 50.0)):
        mine.begin(task)
        mine.spend(seconds)
    assert mine.left() == 50.0
    assert Budget(_tasks(total=1.0)).left() == budget.FLOOR
    assert Budget().left() == Budget().left(importing=True) == float("inf")


def _tasks(total: float) -> list[Any]:
    limits = Limits(seconds=1.0, memory_mb=100, output_kb=1, total_seconds=total)
    return [
        Task(name, name, 50.0, (f"{name}.py:f",), limits, (), (), None, line)
        for line, name in enumerate(("one", "two"))
    ]


# --- the judge's own time and memory ----------------------------------------------------------------------------------


def test_what_keeps_the_judge_busy_loses_its_test(reports_of: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer on which the suite computes for ever costs its submission that task; its other task and the next one pass."""
    monkeypatch.setattr(plugin, "OWN_SECONDS", 0.5)
    first, second = reports_of("def f(x): return 'for ever' if x == 3 else 2 * x\n", RIGHT)
    assert first.tasks[0].verdict is Verdict.TIMEOUT
    assert messages(first)[:4] == ["", "", "", "judging the result took longer than the grader has for one test"]
    assert (first.tasks[1].verdict, second.score) == (Verdict.PASS, 100)


def test_own_time_does_not_interrupt_a_question() -> None:
    """While a side is asked nothing is counted and nothing interrupted; afterwards the limit holds again."""

    def compute(seconds: float) -> None:
        import time

        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass

    with OwnTime(0.3), uninterrupted():
        compute(1.5)
    with pytest.raises(TooLong), OwnTime(0.3):
        compute(20)


@pytest.mark.slow
def test_what_fills_the_judge_loses_its_test(tmp_path: Path) -> None:
    """A judging process has a limit of memory: who drives it there loses the task, and it goes on with the next submission."""
    import multiprocessing

    from cnngrade.backends.local import run
    from cnngrade.backends.orders import Done, Lost, Orders
    from cnngrade.backends.requests import Request
    from cnngrade.sandbox.outside import strongest

    root = write(tmp_path / "course")
    ones = {"mallory": "def f(x): return 'much' if x == 3 else 2 * x\n", "ada": RIGHT}

    def read(request: Request) -> Submission | Lost:
        return Submission(request.student, {"one.py": ones[request.student].encode(), "two.py": RIGHT.encode()})

    reports: dict[str, Report] = {}
    processes: set[int | None] = set()
    orders = Orders(root, "week1", "cpu", None, strongest("auto"))
    for event in run(orders, [Request(name) for name in ones], read, 1):
        processes.update(child.pid for child in multiprocessing.active_children())
        assert isinstance(event, Done)
        reports[event.request.student] = event.report
    mallory, ada = reports["mallory"], reports["ada"]
    assert mallory.tasks[0].verdict is Verdict.MEMORY
    assert "more memory than the grader has for one test" in json.dumps(messages(mallory))
    assert (mallory.tasks[1].verdict, ada.score, len(processes)) == (Verdict.PASS, 100, 1)


# --- trainings ----------------------------------------------------------------------------------------------------------

LIMITS = Limits(seconds=60, memory_mb=1000, output_kb=8)
TRAINS = """
import time
def trained(submission, data):
    seconds = submission("a.py:SECONDS")
    time.sleep(seconds)
    return {"parameters": [], "losses": []}
"""


def trained(isolation: Forked | FreshProcess, ours: float, theirs: float) -> Any:
    """What training for `theirs` seconds comes to, where the reference trains for `ours`."""
    parts = (["a.py"], TRAINS, LIMITS)
    with (
        Session(isolation, {"a.py": f"SECONDS = {theirs}".encode()}, *parts) as session,
        TrustedSession(isolation, {"a.py": f"SECONDS = {ours}".encode()}, *parts) as reference,
    ):
        reference.load()
        question = ProbeCall("trained", ({"net": "a", "seed": 1},), {}, None)
        late = Trainings(reference).pace(question, 1, LIMITS)
        return session.ask(Ask("trained", question.args, {}, 1, LIMITS.seconds, LIMITS, late))


def test_a_training_that_hangs_ends_at_a_multiple_of_ours(
    isolation: Forked | FreshProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where our own training takes a moment, the task's whole limit is not waited for; the message says how long ours takes."""
    monkeypatch.setattr(pace, "FLOOR", 0.5)
    with pytest.raises(Failure, match="our own takes") as caught:
        trained(isolation, ours=0.05, theirs=600.0)
    assert caught.value.verdict is Verdict.TIMEOUT


def test_a_slow_training_is_waited_for(isolation: Forked | FreshProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is late, and takes several times as long as ours, is an answer."""
    monkeypatch.setattr(pace, "FLOOR", 0.2)
    assert trained(isolation, ours=0.5, theirs=1.5) == {"parameters": [], "losses": []}


def test_where_ours_is_as_slow_the_limit_of_the_task_stands(
    isolation: Forked | FreshProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine where our own training takes more than its share of the limit, the limit is not shortened."""
    monkeypatch.setattr(pace, "FLOOR", 0.1)
    monkeypatch.setattr(pace, "TIMES", 400.0)  # of 0.15 seconds at most, of a limit of 60
    assert trained(isolation, ours=3.0, theirs=1.0) == {"parameters": [], "losses": []}


def test_a_training_that_timed_out_is_not_trained_again() -> None:
    """A miss is trained once more with another seed; one that did not come to an end is not, nor are the entries after it."""
    digits = find("digits", None)
    assert digits is not None
    choice = DataChoice("digits", 0.9, 1, 32, "a test")
    contest = Contest(digits, choice, Training(("a.py:A", "a.py:B"), None, None, None), Draws(), figures={})
    tried: list[str] = []

    def attempt(entry: TrainedNet, _seed: int) -> list[Any]:
        tried.append(entry.net)
        raise Failure(Verdict.TIMEOUT, "too slow", "timeout")

    with pytest.raises(Failure, match="too slow"):
        contest.reach(attempt)
    assert tried == ["a.py:A"]


class OneReference(TrustedCode):
    """Our own code where there is one session of the reference, and known mistakes that must not be asked."""

    def __init__(self, reference: TrustedSession, *mistakes: Any) -> None:
        self.reference, self.trainings, self.mistakes = reference, Trainings(reference), list(mistakes)

    def mistaken(self, _mistake: object) -> TrustedSession:
        raise AssertionError("a known mistake was trained")


@pytest.mark.parametrize("verdict", [Verdict.CRASH, Verdict.WRONG, Verdict.TIMEOUT])
def test_no_mistake_is_trained_for_a_training_that_failed(isolation: Forked | FreshProcess, verdict: Verdict) -> None:
    """What hands back nothing costs one training of ours at most: to see that it is not our fault."""
    mistake = SimpleNamespace(id="m", task="one", hint="h")
    files = {"a.py": b"SECONDS = 0"}
    with TrustedSession(isolation, files, ["a.py"], TRAINS, LIMITS) as reference:
        ours = OneReference(reference, mistake)
        failure = Failure(verdict, "nothing came back")
        asked = ProbeCall("trained", ({"net": "a", "seed": 1},), {}, failure)
        outcome = Outcome("one", TestResult("t", "c", verdict, str(failure)), {}, [asked], 1)
        result = task_result(_tasks(total=10.0)[0], [outcome], ours)
    assert (result.verdict, result.mistake) == (verdict, None)


def test_a_training_that_fails_for_the_reference_too_is_our_error(isolation: Forked | FreshProcess) -> None:
    """Where our own code cannot be trained either, with the same message, no student loses points for it."""
    probes = "def trained(submission, data): raise OSError('no room')"
    with TrustedSession(isolation, {"a.py": b""}, ["a.py"], probes, LIMITS) as reference:
        ours = OneReference(reference)
        arguments = ({"net": "a", "seed": 1},)
        with pytest.raises(Failure) as failed:
            reference.ask(Ask("trained", arguments, {}, 1, 20.0))
        outcome = Outcome(
            "one",
            TestResult("t", "c", Verdict.CRASH, "no room"),
            {},
            [ProbeCall("trained", arguments, {}, failed.value)],
            1,
        )
        result = task_result(_tasks(total=10.0)[0], [outcome], ours)
    assert result.verdict is Verdict.GRADER_ERROR
