"""Control groups as files: where they are looked for, what is written and read; a real one where this machine lets us."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cnngrade.sandbox.outside import groups
from cnngrade.sandbox.outside.groups import Group, places

MOUNT = "31 23 0:28 / {} rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
OTHER = "30 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"


def test_a_group_is_looked_for_in_our_own_and_around_it() -> None:
    """From the group that this process is in up to the one that is mounted; a container's mount shows a part of the tree."""
    own = "4:memory:/else\n0::/user.slice/session.scope\n"
    assert places(OTHER + MOUNT.format("/sys/fs/cgroup"), own) == [
        Path("/sys/fs/cgroup/user.slice/session.scope"),
        Path("/sys/fs/cgroup/user.slice"),
        Path("/sys/fs/cgroup"),
    ]
    part = MOUNT.format("/sys/fs/cgroup").replace(" / ", " /docker/1 ", 1)
    assert places(part, "0::/docker/1/a") == [Path("/sys/fs/cgroup/a"), Path("/sys/fs/cgroup")]
    assert places(part, "0::/") == [Path("/sys/fs/cgroup")]


def test_where_only_version_1_is_mounted_there_is_none() -> None:
    """Without a mount of version 2, or without a place in it, nothing is tried."""
    assert places(OTHER, "0::/\n") == places(MOUNT.format("/x"), "4:memory:/\n") == []


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks as if controllers were on in it; what the kernel would put into a new folder, `mkdir` puts there."""
    (tmp_path / "cgroup.subtree_control").write_text("cpu memory pids\n")
    make = Path.mkdir

    def make_group(path: Path, *arguments: object) -> None:
        make(path)
        for name in ("memory.max", "pids.max", "cgroup.procs", "memory.stat", "memory.events"):
            (path / name).touch()

    monkeypatch.setattr(Path, "mkdir", make_group)
    monkeypatch.setattr(groups, "_EMPTYING", 0.0)
    return tmp_path


def test_limits_and_processes_are_written(tree: Path) -> None:
    """A group has its limits before it has a process."""
    group = Group(tree, 1000, 7)
    group.add(42)
    written = {name: (group.path / name).read_text() for name in ("memory.max", "pids.max", "cgroup.procs")}
    assert written == {"memory.max": "1000\n", "pids.max": "7\n", "cgroup.procs": "42\n"}


@pytest.mark.parametrize(
    ("stat", "held"),
    [
        ("anon 900\nkernel 500\nsock 20\nslab 400\n", 520),
        ("anon 900\nkernel_stack 1\npagetables 2\npercpu 3\nslab 400\nvmalloc 5\nsock 20\n", 431),
        ("", 0),
    ],
)
def test_what_the_kernel_holds_is_read(tree: Path, stat: str, held: int) -> None:
    """The kernel's own sum where it makes one, ours where it is older; network buffers are beside it."""
    group = Group(tree, 1000, 7)
    (group.path / "memory.stat").write_text(stat)
    assert group.kernel() == held


def test_running_out_is_read(tree: Path) -> None:
    """That the kernel has ended processes for want of memory is known from its events."""
    group = Group(tree, 1000, 7)
    assert not group.ran_out()
    (group.path / "memory.events").write_text("low 0\noom 2\noom_kill 1\n")
    assert group.ran_out()


def test_a_kernel_that_refuses_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is no control group gets no limits: the group is not made, and its folder is gone."""
    with pytest.raises(OSError, match=r"memory\.max"):
        Group(tmp_path, 1000, 7)
    assert list(tmp_path.iterdir()) == []


def test_groups_of_the_dead_are_swept(tmp_path: Path) -> None:
    """What a killed grader has left is removed, and what a living one uses is not."""
    process = subprocess.Popen(["true"])
    process.wait()
    dead, alive = tmp_path / f"cnngrade-{process.pid}-0", tmp_path / f"cnngrade-{os.getpid()}-0"
    dead.mkdir()
    alive.mkdir()
    groups._sweep(tmp_path)
    assert (dead.exists(), alive.exists()) == (False, True)


def test_a_real_group_holds_a_process() -> None:
    """Where this machine lets us make one: a process in it is counted, ended with it, and the group is gone."""
    folder, why_not = groups.available()
    if folder is None:
        pytest.skip(f"not on this machine: {why_not}")
    group = Group(folder, 2**28, 8)
    with subprocess.Popen(["sleep", "600"]) as process:
        group.add(process.pid)
        assert str(process.pid) in (group.path / "cgroup.procs").read_text()
        group.close()
        process.kill()
    assert not group.path.exists()
