"""Running a command as an ordinary user, for tests that are run as root.

The Python environment and the checkout may lie where root alone can go (/root has mode 0700). So the command gets a mount
namespace in which such a folder is covered by an empty one that holds what the command needs, and nothing else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cnngrade.sandbox.outside.process import PACKAGE_ROOT, python_folders
from tests.support.judging import REPOSITORY

USER = 54321  # owns no file anywhere; and not 65534, as which every user without a mapping reads
_PASS, _LIST = 0o001, 0o004  # what a folder's mode lets everybody do
ROOT = os.name == "posix" and os.geteuid() == 0


@dataclass(frozen=True)
class Start:
    """How to start a command: the words in front of it, its environment, and the only folder that is its own."""

    prefix: list[str]
    environment: dict[str, str]
    folder: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in the checkout to its end."""
        return subprocess.run(
            [*self.prefix, *command], env=self.environment, cwd=REPOSITORY, capture_output=True, text=True, check=False
        )


@contextmanager
def starting(ordinary: bool) -> Iterator[Start]:
    """Commands as an ordinary user; as whoever runs the tests when not `ordinary`, or when that is no root."""
    changes = ordinary and ROOT
    folder = Path(tempfile.mkdtemp(prefix="run-"))
    try:
        if changes:
            os.chown(folder, USER, USER)
        environment = os.environ | {name: str(folder) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
        environment |= {"PYTHONPATH": str(PACKAGE_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
        environment.pop("CNNGRADE_DATA", None)  # it may lie where an ordinary user cannot go, and is not needed
        yield Start(as_ordinary(folder) if changes else [], environment, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def why_not() -> str:
    """The empty string where root can start a command as an ordinary user here, else why not."""
    if not ROOT:
        return ""
    missing = [name for name in ("bwrap", "setpriv") if shutil.which(name) is None]
    if missing:
        return f"needs {' and '.join(missing)} (Debian packages bubblewrap and util-linux)"
    with starting(ordinary=True) as start:
        tried = start.run(*python("-c", "import cnngrade, tests"))
    return "" if tried.returncode == 0 else (tried.stderr.strip().splitlines() or ["no reason given"])[-1]


def python(*arguments: str) -> list[str]:
    """This Python's command line."""
    return [sys.executable, *arguments]


def as_ordinary(folder: Path) -> list[str]:
    """The words that start a command as an ordinary user, where Python and the checkout can be read and `folder` be written."""
    command = ["bwrap", "--dev-bind", "/", "/", *opened([*python_folders(), PACKAGE_ROOT, REPOSITORY], [folder])]
    command += ["--die-with-parent", "--chdir", str(REPOSITORY), "--"]
    return [*command, "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--"]


def opened(readable: Sequence[Path], writable: Sequence[Path]) -> list[str]:
    """What makes bubblewrap cover the folders that bar the way to some paths, and show just these in them."""
    bound: dict[Path, str] = {}
    covered: dict[Path, None] = {}
    for paths, how in ((readable, "--ro-bind"), (writable, "--bind")):
        for path in (path.resolve() for path in paths):
            barred = [parent for parent in reversed(path.parents) if not _open_to_all(parent, _PASS)]
            if how == "--ro-bind" and not _open_to_all(path, _PASS | _LIST):
                barred.append(path)
            if barred:
                covered[barred[0]] = None
                # A folder that is itself closed is made anew, with what it holds.
                shown = sorted(path.iterdir()) if barred[-1] == path else [path]
                bound |= dict.fromkeys(shown, how)
    words: list[str] = []
    for top in covered:
        if not any(other in top.parents for other in covered):
            words += ["--perms", "0755", "--tmpfs", str(top)]
    made = set(covered)
    for path, how in sorted(bound.items()):
        for parent in reversed(path.parents):
            if any(top in parent.parents for top in covered) and parent not in made:
                words += ["--perms", "0755", "--dir", str(parent)]
                made.add(parent)
        words += [how, str(path), str(path)]
    return words


def _open_to_all(folder: Path, needed: int) -> bool:
    return folder.stat().st_mode & needed == needed
