"""The processes are real, and so is what ends them; the course is week 2 with one task left."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from cnngrade.backends import local as crew
from cnngrade.backends.local import run
from cnngrade.backends.orders import CrowdedOut, Done, Lost, Orders
from cnngrade.backends.processes import JudgingProcess
from cnngrade.backends.requests import Request, longest_first, split
from cnngrade.course import find_course
from cnngrade.errors import CourseError, GraderError
from cnngrade.records.report import Verdict
from cnngrade.sandbox.outside import strongest
from cnngrade.submissions import Submission
from tests.support.factories import report, task
from tests.support.week2_course import REFERENCE, small_course

pytestmark = pytest.mark.slow
KIND = strongest("auto")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return small_course(tmp_path / "course", "mnist-transform")


def requests(*names: str, trains: bool = False) -> list[Request]:
    return [Request(name, trains=trains) for name in names]


def read(request: Request) -> Submission:
    """What everybody hands in, but for "crowded"."""
    files = {"data.py": CROWDED.encode() if request.student == "crowded" else (REFERENCE / "data.py").read_bytes()}
    return Submission(request.student, files)


def orders_for(course: Path, device: str = "cpu") -> Orders:
    return Orders(course, "week2", device, None, KIND)


class Desk:
    """Where reports and lost submissions arrive."""

    def __init__(self, on_first: object = None) -> None:
        self.verdicts: dict[str, Verdict] = {}
        self.lost: dict[str, str] = {}
        self.crowded: list[str] = []
        self._on_first = on_first

    def receive(self, events: Iterable[Done | Lost | CrowdedOut]) -> None:
        for event in events:
            student = event.request.student
            if isinstance(event, Lost):
                self.lost[student] = event.why
            elif isinstance(event, CrowdedOut):
                self.crowded.append(student)
            else:
                if not self.verdicts and callable(self._on_first):
                    self._on_first()
                assert student not in self.verdicts
                self.verdicts[student] = event.report.tasks[0].verdict


def work(course: Path, names: str, desk: Desk, workers: int = 1) -> None:
    desk.receive(run(orders_for(course), requests(*names), read, workers))


def killing(monkeypatch: pytest.MonkeyPatch, first: int) -> list[JudgingProcess]:
    """Kills the first processes as soon as they start; returns the list of all that are hired."""
    hired: list[JudgingProcess] = []
    hire = crew.hire

    def hire_and_kill(life: Callable[..., None], orders: object) -> JudgingProcess:
        hired.append(hire(life, orders))
        if len(hired) <= first:
            hired[-1].process.kill()
            hired[-1].process.join()
        return hired[-1]

    monkeypatch.setattr(crew, "hire", hire_and_kill)
    return hired


def test_a_killed_process_is_replaced(course: Path) -> None:
    """If a judging process is killed in the middle of a submission, no student loses a grade."""
    desk = Desk(on_first=lambda: multiprocessing.active_children()[0].kill())
    work(course, "ab", desk)
    assert desk.verdicts == dict.fromkeys("ab", Verdict.PASS)
    assert desk.lost == {}
    assert multiprocessing.active_children() == []


def test_what_ends_two_processes_is_lost(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that ends a second process is handed back, and only that one; the others are graded."""
    hired = killing(monkeypatch, first=1)  # while it begins with "a"; the second process then begins with "b"
    desk = Desk(on_first=lambda: multiprocessing.active_children()[0].kill())
    work(course, "ab", desk)
    assert desk.verdicts == {"b": Verdict.PASS}
    assert desk.lost == {"a": "judging it ended two grading processes"}
    assert len(hired) == 2  # nothing was left to do for a third


def test_when_nothing_can_be_graded_it_ends(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every process ends before it has graded anything, the run ends too, and no submission is blamed."""
    desk = Desk()
    hired = killing(monkeypatch, first=100)
    with pytest.raises(GraderError, match="end before they have graded anything"):
        work(course, "abcdefgh", desk, workers=2)
    assert (desk.lost, len(hired) <= 4) == ({}, True)
    assert not any(member.process.is_alive() for member in hired)


def test_an_error_in_a_process_arrives_whole(course: Path) -> None:
    """A suite that cannot be imported ends the run with its file and its error, as if there was one process."""
    suite = course / "assignments" / "week2" / "hidden" / "test_data.py"
    suite.write_text(suite.read_text() + "\nimport nonsense_of_mine\n")
    with pytest.raises(CourseError, match=r"1 problem.*\n.*nonsense_of_mine") as error:
        work(course, "ab", Desk())
    assert "Traceback" in error.value.__notes__[0]  # what --debug shows
    assert multiprocessing.active_children() == []


def test_an_error_of_the_caller_stops_all(course: Path) -> None:
    """When a report cannot be taken (a full disk), the run ends with that error, and no process is left."""

    def refuse() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        work(course, "ab", Desk(on_first=refuse), workers=2)
    assert multiprocessing.active_children() == []


def test_a_closed_iterator_ends_its_processes(course: Path) -> None:
    """Whoever has seen enough closes the iterator, and no process judges on."""
    events = run(orders_for(course), requests("a", "b", "c"), read, 2)
    assert isinstance(next(events), Done)
    assert multiprocessing.active_children() != []
    events.close()
    assert multiprocessing.active_children() == []


CROWDED = """
import sys
from cnngrade.sandbox.inside import worker
worker._kind = lambda error, text: "crowded"

def mnist_transform():
    raise MemoryError("the GPU is full")
"""


def test_on_a_cpu_nobody_is_crowded_out(course: Path) -> None:
    """Without a GPU there is none that others could have filled: who claims so is graded once, like everybody."""
    desk = Desk()
    desk.receive(run(orders_for(course), requests("crowded", "ada"), read, 1))
    assert desk.verdicts == {"crowded": Verdict.MEMORY, "ada": Verdict.PASS}
    assert desk.crowded == []


def test_what_others_crowded_out_is_graded_again_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a judging process says to be crowded out of a GPU is judged again, by one process that has it for itself."""
    said: list[list[object]] = [[crew._Crowded()], [report([task("mnist-transform")], student="crowded")]]
    hired: list[Orders] = []

    def hire(_life: object, orders: Orders) -> JudgingProcess:
        here, there = multiprocessing.Pipe()
        for message in said[len(hired)]:
            there.send(message)
        there.close()
        hired.append(orders)
        return JudgingProcess(multiprocessing.Process(), here, tmp_path / "none")

    monkeypatch.setattr(crew, "hire", hire)
    desk = Desk()
    desk.receive(run(orders_for(tmp_path, "cuda"), requests("crowded"), read, 1))
    assert list(desk.verdicts) == desk.crowded == ["crowded"]
    assert [orders.alone for orders in hired] == [False, True]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_process_is_started_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """Ctrl-C or SIGTERM at the very moment when a process begins: it waits, and then the process and its folder go."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    context = multiprocessing.get_context("spawn").Process
    start = context.start

    def start_and_stop(process: Any) -> None:
        start(process)
        os.kill(os.getpid(), number)

    monkeypatch.setattr(context, "start", start_and_stop)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            crew.hire(crew._judge, None)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert multiprocessing.active_children() == []
    assert list(tmp_path.iterdir()) == []


# --- who does what, and when ------------------------------------------------------------------------------------------


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Connection]]:
    """The other ends of the pipes of processes that do nothing: what is handed out can be read there."""
    theirs: list[Connection] = []
    ours: list[Connection] = []

    def hire(_life: object, _orders: object) -> JudgingProcess:
        here, there = multiprocessing.Pipe()
        ours.append(here)
        theirs.append(there)
        return JudgingProcess(multiprocessing.Process(), here, Path())

    monkeypatch.setattr(crew, "hire", hire)
    yield theirs
    for pipe in [*ours, *theirs]:
        pipe.close()


def handed_out(pipe: Connection) -> list[str | None]:
    found = []
    while pipe.poll():
        job = pipe.recv()
        found.append(job and job.submission.student)
    return found


def crew_of(work: list[Request], workers: int, trainings: int) -> crew._Crew:
    made = crew._Crew(orders_for(Path()), work, read, trainings)
    for _ in range(workers):
        made.hire()
    made.feed()
    return made


def finish(made: crew._Crew, number: int) -> None:
    made.members[number].held.popleft()
    made.feed()


def test_everybody_gets_something_before_anybody_gets_more(hands: list[Connection]) -> None:
    """With two submissions and two processes, each judges one; with nothing left, they are told so."""
    crew_of(requests("a", "b"), workers=2, trainings=2)
    assert [handed_out(pipe) for pipe in hands] == [["a", None], ["b", None]]


def test_a_submission_is_read_when_its_turn_comes(hands: list[Connection]) -> None:
    """Of a class of any size no more is read than processes hold."""
    asked: list[str] = []

    def note(request: Request) -> Submission:
        asked.append(request.student)
        return read(request)

    made = crew._Crew(orders_for(Path()), requests("a", "b", "c"), note, 1)
    made.hire()
    made.feed()
    assert asked == ["a", "b"]
    finish(made, 0)
    assert asked == ["a", "b", "c"]
    assert handed_out(hands[0]) == ["a", "b", "c", None]


def test_who_cannot_be_read_keeps_nobody_waiting(hands: list[Connection]) -> None:
    """A submission that cannot be read is passed over; the process gets the next one at once."""
    work = requests("a", "b", "c")
    unread = lambda request: Lost(request, "no") if request.student in "ac" else read(request)  # noqa: E731
    made = crew._Crew(orders_for(Path()), work, unread, 1)
    made.hire()
    assert made.feed() == [Lost(work[0], "no"), Lost(work[2], "no")]
    assert handed_out(hands[0]) == ["b", None]


def test_a_training_waits_in_nobodys_hands(hands: list[Connection]) -> None:
    """A process that trains holds nothing else; what is quick comes after all that trains, one ahead."""
    made = crew_of([*requests("a", "b", "c", trains=True), *requests("x", "y", "z")], workers=2, trainings=2)
    assert [handed_out(pipe) for pipe in hands] == [["a"], ["b"]]
    finish(made, 1)
    assert handed_out(hands[1]) == ["c"]
    finish(made, 0)
    assert handed_out(hands[0]) == ["x", "y"]
    finish(made, 0)
    assert [handed_out(pipe) for pipe in hands] == [["z", None], [None]]


def test_a_full_gpu_leaves_the_others_to_quick_work(hands: list[Connection]) -> None:
    """Only as many trainings run at a time as fit; meanwhile other processes judge what does not train."""
    made = crew_of([*requests("a", "b", trains=True), *requests("x", "y")], workers=2, trainings=1)
    assert [handed_out(pipe) for pipe in hands] == [["a"], ["x", "y"]]
    finish(made, 1)
    finish(made, 1)
    assert handed_out(hands[1]) == []  # idle, but not dismissed: "b" still waits for the GPU
    finish(made, 0)
    assert [handed_out(pipe) for pipe in hands] == [["b", None], [None]]


def test_what_takes_long_comes_first(course: Path) -> None:
    """Each task that trains is a job of its own, the longest of the class first, and the quick tasks are one job."""
    tasks = find_course(course, course).week("week2").tasks
    tasks = [replace(tasks[0], id=name) for name in ("quick", "short", "long", "other")]
    work = [
        request
        for student in "ab"
        for request in split(student, tasks, ["quick", "long", "other", "short"], ["short", "long"])
    ]
    ordered = [(each.student, each.tasks) for each in longest_first(work, {"short": 10, "long": 60, "quick": 900})]
    assert ordered == [
        *[("a", ("long",)), ("b", ("long",)), ("a", ("short",)), ("b", ("short",))],
        *[("a", ("quick", "other")), ("b", ("quick", "other"))],
    ]
    assert split("c", tasks, [], ["long"]) == []
