"""The hostile samples in the sandbox, as an ordinary user and (-m long) as root: they earn, break and leave nothing."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cnngrade.records.report import Verdict
from cnngrade.sandbox.inside.confinement import NOBODIES, NOBODY
from cnngrade.sandbox.outside import sandbox
from tests.support import ordinary_user
from tests.support.hostile import ALONE, EVERY, FOLDER, NAMES, NEIGHBOUR, mounts
from tests.support.judging import REPOSITORY
from tests.support.ordinary_user import ROOT, USER, Start, python, starting

WHY_NOT = sandbox.available()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(bool(WHY_NOT), reason=f"no sandbox on this machine: {WHY_NOT}"),
]
# Two processes, each with half of the work; samples of one kind stay together, since some look for what others leave.
HALF = ("accuracy", "bombs", "forging", "just-under", "leaking", "lying-objects", "native", "shadowing")
SHARES = [[name for name in NAMES if (name.split("/")[0] in HALF) is first] for first in (True, False)]
WRITABLE = ("/dev/shm", "/tmp", "/var/tmp")


@dataclass
class Run:
    """All samples judged by one user."""

    user: list[int]  # and groups
    judged: dict[str, dict[str, Any]]
    processes: list[str]  # that are left
    files: list[str]  # and mounts and shared memory


# For root, whose privileges the sandbox drops first, tests/test_sandbox.py holds in CI, and all samples with -m long.
@pytest.fixture(scope="module", params=[pytest.param("root", marks=pytest.mark.long), "ordinary"])
def run(request: pytest.FixtureRequest) -> Run:
    if request.param == "root" and not ROOT:
        pytest.skip("pytest is not run by root")
    if request.param == "ordinary" and (why_not := ordinary_user.why_not()):
        pytest.skip(f"no command can be started as an ordinary user: {why_not}")
    before = traces()
    with starting(ordinary=request.param == "ordinary") as start:
        shares = judge(start)
        files = [str(path) for path in start.folder.rglob("*")]
    files += sorted(traces() - before)
    return Run(
        shares[0]["user"],
        {name: result for share in shares for name, result in share["judged"].items()},
        [process for share in shares for process in share["processes"]],
        files + [mount for share in shares for mount in share["mounts"]],
    )


def judge(start: Start) -> list[dict[str, Any]]:
    """Judges all samples, in two processes; what each printed."""
    programs = []
    for share in SHARES:
        command = [*start.prefix, *python("-m", "tests.support.hostile", *share)]
        programs.append(
            subprocess.Popen(
                command,
                env=start.environment,
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                start_new_session=True,
                text=True,
            )
        )
    try:
        return [json.loads(program.communicate()[0]) for program in programs]
    finally:
        for program in programs:
            program.kill()
            program.wait()


def traces() -> set[str]:
    """What a submission might leave on this machine: mounts, and what belongs to a user that its process may run as."""
    users = {USER, NOBODY} if ROOT else {os.getuid()}

    def theirs(user: int) -> bool:
        return user in users or (ROOT and user in NOBODIES)

    found = mounts()
    # Beside other tests of the same user, what lies in the folders that all write to tells nothing.
    shared = not ROOT and "PYTEST_XDIST_WORKER" in os.environ
    for folder in () if shared else WRITABLE:
        if Path(folder).is_dir():
            found |= {str(path) for path in Path(folder).iterdir() if theirs(path.lstat().st_uid)}
    for table in Path("/proc/sysvipc").glob("*"):
        columns, *lines = map(str.split, table.read_text().splitlines())
        owning = [columns.index(name) for name in ("uid", "gid", "cuid", "cgid")]
        found |= {" ".join(line) for line in lines if any(theirs(int(line[place])) for place in owning)}
    return found


def test_runs_as_that_user(run: Run, request: pytest.FixtureRequest) -> None:
    """The ordinary user is one: not root, and in no group of root's."""
    ordinary = "ordinary" in request.node.name
    assert run.user == [USER] if ordinary and ROOT else run.user[0] == os.getuid()
    assert {result["isolation"] for result in run.judged.values()} == {"sandbox"}


@pytest.mark.parametrize("name", NAMES)
def test_earns_nothing(run: Run, name: str) -> None:
    """A hostile submission earns no point by anything that it patches, forges, finds or floods; and it is not excused."""
    assert run.judged[name]["scores"] == {}
    assert Verdict.GRADER_ERROR not in run.judged[name]["verdicts"].values()


@pytest.mark.parametrize("name", NAMES)
def test_gets_the_verdict_that_it_expects(run: Run, name: str) -> None:
    """The verdicts are those that the sample's first line names, and `missing` for what it does not attack."""
    files = [
        FOLDER / name / file for file in ("training.py", "models.py", "data.py") if (FOLDER / name / file).is_file()
    ]
    outcome = (ast.get_docstring(ast.parse(files[0].read_text("utf-8"))) or "").partition("; expected: ")[2]
    expected = set(re.findall("[a-z]+", outcome.partition("0 points")[0])) & {str(verdict) for verdict in Verdict}
    given = set(run.judged[name]["verdicts"].values()) - {Verdict.MISSING, Verdict.TIMEOUT}  # a busy machine is slow
    assert not expected or given <= expected


def test_nothing_is_breached(run: Run) -> None:
    """No hostile submission gets hold of something that it must not have."""
    lines = {
        f"{name}: {line}"
        for name, result in run.judged.items()
        for line in result["printed"].splitlines()
        if line.startswith("BREACH:")
    }
    assert lines == set()


def test_no_report_shows_what_is_printed(run: Run) -> None:
    """What a submission prints in a hidden test, the hidden inputs for one, is quoted in no student's report."""
    printed = {name: result for name, result in run.judged.items() if "LEAK" in result["printed"]}
    assert "leaking/printed-inputs" in printed
    assert [name for name, result in printed.items() if "LEAK" in result["messages"]] == []


def test_neighbours_get_what_they_get_alone(run: Run) -> None:
    """A correct submission graded right after a hostile one, by the same processes, gets what it gets alone: all points."""
    neighbours = {name: result for name, result in run.judged.items() if name.startswith(NEIGHBOUR)}
    assert len(neighbours) >= len(NAMES) / (EVERY + 1)
    alone = run.judged[ALONE]["scores"]
    assert {name for name, result in neighbours.items() if result["scores"] != alone} == set()
    assert set(run.judged[ALONE]["verdicts"].values()) == {Verdict.PASS}


def test_no_process_is_left(run: Run) -> None:
    """When all have been graded, no process of a submission is left, even if it had detached itself."""
    assert run.processes == []


def test_nothing_is_left_on_disk(run: Run) -> None:
    """No file, mount or shared memory of a submission is left outside, in temporary folders or elsewhere."""
    assert run.files == []


def test_the_sandbox_holds_for_an_ordinary_user() -> None:
    """The sandbox's own tests pass for a user without any privilege."""
    if not ROOT:
        pytest.skip("pytest is run by an ordinary user, and so is tests/test_sandbox.py")
    if why_not := ordinary_user.why_not():
        pytest.skip(f"no command can be started as an ordinary user: {why_not}")
    with starting(ordinary=True) as start:
        done = start.run(*python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_sandbox.py"))
    assert done.returncode == 0, done.stdout[-8000:]
    assert " passed" in done.stdout
