"""The processes of `check --watch` on Linux: forked, and for the rest like fresh ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnngrade.sandbox.inside import wire
from cnngrade.sandbox.outside.forkserver import AVAILABLE, ForkServer, warm
from cnngrade.sandbox.outside.process import FreshProcess
from tests.test_isolation import MOST, Beside, gone, soon

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="forks are Linux")


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer() as running:
        yield running


def test_each_child_has_a_folder_and_a_group_of_its_own(server: ForkServer) -> None:
    """Two children share no temporary folder, no home and no process group, and hold one socket each."""
    one, two = Beside(server.start(1024, MOST)), Beside(server.start(1024, MOST))
    first, second = one("whereabouts"), two("whereabouts")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["cwd"] == first["temp"] == first["home"] != second["cwd"] == second["temp"] == second["home"]
    assert os.getpgid(one.ready.pid) == one.ready.pid != os.getpgid(two.ready.pid)
    found = two("descriptors")
    assert isinstance(found, dict)
    assert sum(target.startswith("socket") for target in found.values()) == 1
    one.inside.kill()
    assert two("echo", "still here") == "still here"
    two.inside.kill()
    assert not Path(first["cwd"]).exists()
    assert not Path(second["cwd"]).exists()


def test_a_killed_child_takes_along_what_it_started(server: ForkServer) -> None:
    """Its forks, its shells and its threads end with it, and a second kill does nothing."""
    beside = Beside(server.start(1024, MOST))
    started = beside("leave_behind")
    assert isinstance(started, list)
    beside.inside.kill()
    beside.inside.kill()
    assert soon(lambda: all(gone(pid) for pid in started))


def test_what_a_child_prints_is_kept(server: ForkServer) -> None:
    """Of both streams the end is kept, and nothing reaches the terminal."""
    beside = Beside(server.start(8, MOST))
    beside("shout", "one two three")
    assert soon(lambda: "three" in beside.inside.output())
    assert "one" not in beside.inside.output().splitlines()[-1]
    beside.inside.kill()


def test_how_a_child_has_ended_is_told(server: ForkServer) -> None:
    """A signal, an exit status, and a child that only hung up are told apart."""
    for action, words in (
        ("die", "was ended by SIGSEGV"),
        ("leave", "exit status 7"),
        ("hang_up", "closed its connection"),
    ):
        beside = Beside(server.start(1024, MOST))
        beside.send(action)
        with pytest.raises(wire.Closed):
            beside.answer()
        assert words in beside.inside.ending()
        beside.inside.kill()


def test_a_parent_that_died_is_replaced() -> None:
    """The children of a parent that somebody killed are abandoned, and the next child has a new parent."""
    with ForkServer() as server:
        lost = Beside(server.start(1024, MOST))
        os.kill(server._parent.pid, signal.SIGKILL)
        assert soon(lambda: lost.inside.abandoned and gone(lost.ready.pid))
        lost.inside.kill()
        assert Beside(server.start(1024, MOST))("echo", 1) == 1


def test_closing_ends_every_child() -> None:
    """After close() no child runs, busy or idle, with nothing that it started, and none of their files is left."""
    with ForkServer() as server:
        folder = server.folder
        busy, idle = Beside(server.start(1024, MOST)), Beside(server.start(1024, MOST))
        started = idle("leave_behind")
        assert isinstance(started, list)
        busy.send("spin")
    assert soon(lambda: all(gone(pid) for pid in [busy.ready.pid, *started]))
    assert not folder.exists()


def test_a_child_may_be_killed_before_torch_is_loaded() -> None:
    """Ctrl-C in the first second does not wait for the import; the parent ends."""
    with ForkServer() as server:
        child = server.start(1024, MOST)
        child.kill()
        assert not server.running


def test_children_end_with_the_grader(tmp_path: Path) -> None:
    """When the command is killed outright, the parent and a child in an endless loop end too."""
    isolation = str(Path(__file__).with_name("test_isolation.py"))
    program = f"""
import runpy, time
from cnngrade.sandbox.outside.forkserver import ForkServer
server, found = ForkServer(), runpy.run_path({isolation!r})
beside = found["Beside"](server.start(1024, found["MOST"]))
beside.send("spin")
print(server._parent.pid, beside.ready.pid, flush=True)
time.sleep(600)
"""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment)
    assert grader.stdout
    parent, child = map(int, grader.stdout.readline().split())
    assert not gone(child)
    grader.kill()
    grader.communicate()
    assert soon(lambda: gone(parent) and gone(child))


def test_machines_without_fork_start_fresh_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the next process is started ahead, and is the one that the next check gets."""
    monkeypatch.setattr("cnngrade.sandbox.outside.forkserver.AVAILABLE", False)
    with warm() as isolation:
        assert isinstance(isolation, FreshProcess)
        isolation.start_ahead(1024, MOST)
        time.sleep(0.1)
        beside = Beside(isolation.start(1024, MOST))
        assert beside("echo", 1) == 1
        beside.inside.kill()
