"""The README tells the truth: each of its commands is run here, in the order in which it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```$", README, flags=re.M | re.S)
SET_UP = 'python3 -m venv .venv && .venv/bin/pip install -q -c requirements.lock -e ".[dev]" && .venv/bin/'
COMMANDS = [line.removeprefix(SET_UP) for block in BLOCKS for line in block.splitlines()]
EXPECTED = {
    "cnngrade check week2": 1,  # the starter has no points yet
    "cnngrade check week2 --task lenet --task evaluate": 1,
    "cnngrade grade week2 tests/samples/class --out graded": 1,  # done, and points were lost
    "cnngrade grade week2 submissions/ --out graded/": 1,
    "cnngrade data fetch mnist": 2,  # no network here: one line that says so
}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a fresh clone holds of the course, with a folder of submissions in it, and `cnngrade` on the path."""
    root = tmp_path_factory.mktemp("clone")
    for name in ("assignments", "solutions", "starter", "tests/samples/class"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "tests/samples/class", root / "submissions")
    command = root / "bin" / "cnngrade"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cnngrade "$@"\n')
    command.chmod(0o755)
    return root


def test_the_two_long_lines_set_up_alike() -> None:
    """The line that grades and the line that tests install the same things; CI runs the second one as it stands."""
    assert BLOCKS[0].startswith(SET_UP)
    assert BLOCKS[1] == f"{SET_UP}pytest -n 2 --dist loadfile\n"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_command_runs(clone: Path) -> None:
    """Each command of the README does what it says, with the exit code that the README's reader should see."""
    environment = {name: value for name, value in os.environ.items() if name != "CNNGRADE_DATA"}
    environment |= {
        "PATH": f"{clone / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(clone / "cache"),
        "https_proxy": "http://127.0.0.1:9",  # nothing is fetched from anywhere
        "http_proxy": "http://127.0.0.1:9",
    }
    codes = {}
    for command in COMMANDS:
        if command.startswith("pytest"):
            continue
        done = subprocess.run(command.split(), cwd=clone, env=environment, capture_output=True, text=True)
        codes[command] = done.returncode
        assert "Traceback" not in done.stderr, done.stderr
    assert codes == {command: EXPECTED.get(command, 0) for command in codes}
    assert (clone / "graded" / "index.html").is_file()
    assert (clone / "week2" / "handout.zh.md").is_file()
