"""A grader that is killed outright leaves nothing running, at whatever moment it dies."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from cnngrade.sandbox.outside import landlock, sandbox
from cnngrade.sandbox.outside.watch import cpu_seconds, tree
from tests.support.week2_course import environment, reference, small_course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a process with its parent"),
]
LACKS = {"sandbox": sandbox.available, "landlock": landlock.available}
SECONDS = 2.0  # until all has to be gone
HANGS = "hangs-here"
# Gives its process a name that is seen from outside; in namespaces of its own it starts daemons, too.
HANGING_CODE = f"""
import ctypes, os, signal, time
ctypes.CDLL(None).prctl(15, b"{HANGS}", 0, 0, 0)
if os.getpid() == 1:
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            time.sleep(600)
while True:
    pass
"""


class Run:
    """`cnngrade grade` on three submissions, of which the second one hangs; in a session of its own."""

    def __init__(self, folder: Path, isolation: str) -> None:
        if why := LACKS[isolation]():
            pytest.skip(f"not on this machine: {why}")
        # Of the variables that even a sandbox's processes keep, one that nothing reads here: it holds a mark.
        self.mark = {"CUDA_HOME": str(folder)}
        self.seen: dict[int, psutil.Process] = {}
        command = [sys.executable, "-m", "cnngrade", "grade", "week2", "class", "--out", "out", "--course", "course"]
        self.process = subprocess.Popen(
            [*command, "--workers", "1", "--device", "cpu", "--isolation", isolation],
            cwd=folder,
            env=environment(folder) | self.mark,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def until(self, moment: Callable[[list[int]], bool], seconds: float = 200) -> None:
        """Waits until `moment` is true of the run's processes, which are remembered."""
        deadline = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None, "the run is over before the moment has come"
            assert time.monotonic() < deadline
            processes = list(tree(self.process.pid))
            self._remember(processes)
            if moment(processes):
                return
            time.sleep(0.05)

    def kill(self) -> None:
        """Kills the first process, and no other."""
        self._remember(list(tree(self.process.pid)))
        self.process.kill()
        self.process.wait()

    def _remember(self, processes: list[int]) -> None:
        for pid in processes:
            if pid not in self.seen:
                with contextlib.suppress(psutil.NoSuchProcess):
                    self.seen[pid] = psutil.Process(pid)

    def left(self) -> list[psutil.Process]:
        """What still runs of all that was ever seen, or carries the mark."""
        marked = [process for process in psutil.process_iter() if carries(process, self.mark)]
        return [process for process in {*marked, *self.seen.values()} if runs(process)]


def carries(process: psutil.Process, mark: dict[str, str]) -> bool:
    try:
        return bool(mark.items() <= process.environ().items())
    except (psutil.Error, OSError):  # it has ended, or is not ours
        return False


def runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def says(process: int, name: str, file: str = "comm") -> bool:
    try:
        return name in Path(f"/proc/{process}/{file}").read_text()
    except OSError:
        return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Run]]:
    """Starts a run with an isolation; whatever is left of it is ended, so that a failure harms nobody."""
    small_course(tmp_path / "course", "count-parameters")
    (tmp_path / "class").mkdir()
    for name in ("ada", "cyd"):
        reference(tmp_path / "class" / name)
    reference(tmp_path / "class" / "bob", training=HANGING_CODE)
    started: list[Run] = []

    def run(isolation: str) -> Run:
        started.append(Run(tmp_path, isolation))
        return started[-1]

    yield run
    for each in started:
        each.kill()
        for process in each.left():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def nothing_is_left(run: Run) -> None:
    killed = time.monotonic()
    run.kill()
    while (left := run.left()) and time.monotonic() < killed + SECONDS:
        time.sleep(0.02)
    assert left == []


@pytest.mark.parametrize(
    "spent", [round(random.Random(seed).uniform(0.2, 9), 1) for seed in (2, 3)], ids=lambda spent: f"{spent} s"
)
def test_nothing_is_left_at_any_moment(start: Callable[[str], Run], spent: float) -> None:
    """Killed after a random amount of work, while it starts or prepares: all that it started ends within two seconds."""
    run = start("sandbox")
    run.until(lambda processes: cpu_seconds(processes) >= spent)
    nothing_is_left(run)


def test_nothing_is_left_of_a_process_just_begun(start: Callable[[str], Run]) -> None:
    """So does a judging process whose parent is gone before it could ask to be ended with it."""
    run = start("sandbox")
    run.until(lambda processes: any(says(each, "multiprocessing-fork", "cmdline") for each in processes))
    nothing_is_left(run)


@pytest.mark.parametrize("isolation", LACKS)
def test_nothing_is_left_of_student_code(start: Callable[[str], Run], isolation: str) -> None:
    """So does student code that never ends, at a random moment; in a sandbox with all the daemons that it left."""
    run = start(isolation)
    run.until(lambda processes: any(says(each, HANGS) for each in processes))
    time.sleep(random.Random(isolation).uniform(0.1, 1))
    nothing_is_left(run)
