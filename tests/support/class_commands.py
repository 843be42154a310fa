"""Commands on whole classes, as a program: `python -m tests.support.class_commands` answers requests.

It reads one request a line, and answers each. A request is JSON: `{"commands": [[argument, ...], ...], "seconds": most}`. Its
commands run one after the other in a process of their own, forked from this one, which has imported all that they need: that
takes longest of a small class. The answer is a list of `{"code", "out", "err", "seconds"}`; where the process dies or its time
is up, it ends with a code of None.
It is a program so that it can be run as another user (`tests.support.ordinary_user`).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import ordinary_user
from tests.support.judging import REPOSITORY


@dataclass(frozen=True)
class Ended:
    """How a command ended; `code` is None where it never came to its end."""

    command: list[str]
    code: int | None
    out: str
    err: str
    seconds: float


class Commands:
    """Runs commands in the program below; every file that they make is the user's who runs it."""

    def __init__(self, start: ordinary_user.Start) -> None:
        self.folder = start.folder
        self.temporary = start.folder / "temporary"
        import matplotlib  # here alone: every judging process imports this module anew

        shutil.copytree(matplotlib.get_cachedir(), start.folder / "matplotlib", dirs_exist_ok=True)
        self.give(start.folder)
        self._program = subprocess.Popen(
            [*start.prefix, *ordinary_user.python("-m", "tests.support.class_commands", str(self.temporary))],
            env=start.environment | {"COLUMNS": "80", "OPENBLAS_NUM_THREADS": "1"},
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *commands: Sequence[object], seconds: float) -> list[Ended]:
        """Runs commands until one does not come to its end; `seconds` is the most that all may take together."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        wanted = [[*map(str, command)] for command in commands]
        self._program.stdin.write(json.dumps({"commands": wanted, "seconds": seconds}) + "\n")
        self._program.stdin.flush()
        answers = json.loads(self._program.stdout.readline())
        return [Ended(command, **answer) for command, answer in zip(wanted, answers, strict=False)]

    def give(self, path: Path) -> None:
        """Makes everything below `path` the user's who runs the commands; links themselves, not what they lead to."""
        if not ordinary_user.ROOT:
            return
        owner = self.folder.stat()
        for where, folders, files in os.walk(os.fsencode(path)):
            for name in [b".", *folders, *files]:
                os.chown(where + b"/" + name, owner.st_uid, owner.st_gid, follow_symlinks=False)

    def end(self) -> None:
        """Ends the program."""
        self._program.communicate()


@contextmanager
def commands(ordinary: bool) -> Iterator[Commands]:
    """Commands as an ordinary user; as whoever runs the tests when not `ordinary`, or when that is no root."""
    with ordinary_user.starting(ordinary) as start:
        running = Commands(start)
        try:
            yield running
        finally:
            running.end()


# --- the program --------------------------------------------------------------------------------------------------------


_NEEDED = (
    *(
        "cnngrade.cli.main",
        "cnngrade.services.grade_class",
        "cnngrade.judge.grading",
        "cnngrade.reports.plots",
        "cnngrade.datasets",
    ),
    *("cnngrade.marking.session", "cnngrade.marking.spreadsheet", "cnngrade.submissions.similarity", "copydetect"),
)


def main() -> None:
    """Entry point."""
    _prepare(Path(sys.argv[1]))
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_answers(request["commands"], request["seconds"])), flush=True)  # noqa: T201


def _prepare(temporary: Path) -> None:
    """Imports what the commands do, and starts no thread: those would not be there in a forked process."""
    temporary.mkdir()
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
    for name in _NEEDED:
        importlib.import_module(name)


def _answers(wanted: list[list[str]], seconds: float) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder, str(number)) for number in range(len(wanted))]
        child = os.fork()
        if child == 0:
            _live(wanted, places)
        _wait(child, seconds)
        answers: list[dict[str, Any]] = []
        for place in places:
            if not place.with_suffix(".out").exists():
                break
            out, err = (place.with_suffix(kind).read_text("utf-8", "replace") for kind in (".out", ".err"))
            known = {"code": None, "seconds": 0.0}
            with contextlib.suppress(FileNotFoundError):
                known = json.loads(place.with_suffix(".json").read_text("utf-8"))
            answers.append(known | {"out": out, "err": err})
        return answers


def _live(wanted: list[list[str]], places: list[Path]) -> None:
    """In the forked process: runs the commands, and never returns."""
    from cnngrade.cli import main as cli

    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    try:
        for command, place in zip(wanted, places, strict=True):
            for number, kind in ((1, ".out"), (2, ".err")):
                file = os.open(place.with_suffix(kind), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                os.dup2(file, number)
                os.close(file)
            before = time.monotonic()
            code = cli.run(command)
            sys.stderr.flush()
            facts = {"code": code, "seconds": round(time.monotonic() - before, 2)}
            place.with_suffix(".json").write_text(json.dumps(facts), "utf-8")
    finally:
        os._exit(0)


def _wait(child: int, seconds: float) -> None:
    ends = os.pidfd_open(child)
    try:
        if not select.select([ends], [], [], seconds)[0]:
            os.killpg(child, signal.SIGKILL)
    finally:
        os.close(ends)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
