"""Week 2 as the tests of the commands use it: a copy without training, submissions with one thing broken, and the command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib

import cnngrade

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE, STARTER = REPOSITORY / "solutions" / "week2", REPOSITORY / "starter" / "week2"
SAMPLES = REPOSITORY / "tests" / "samples" / "week2"
HANGING = "cifar10-test-transform"  # the task with a short time limit in `small_course`; few tests judge it
_FIRST_TRAINING = "lenet-accuracy"  # it and all that follow train a network


def small_course(root: Path, *tasks: str, staff: bool = True) -> Path:
    """Writes week 2 into `root` without the tasks that train, and returns `root`; without `staff`, as students have it.

    With `tasks` only these are left, whether they train or not; the first one gets the points of the others.
    """
    week = root / "assignments" / "week2"
    shutil.copytree(REPOSITORY / "assignments" / "week2", week, ignore=shutil.ignore_patterns("__pycache__", "figures"))
    shutil.copytree(STARTER, root / "starter" / "week2")
    shutil.copytree(REFERENCE, root / "solutions" / "week2", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "assignments" / "course.toml").write_text('schema = 1\nname = "small"\ntitle = "S"\nweeks = ["week2"]\n')
    kept = _keep_tasks(week / "assignment.toml", tasks)
    for suite in [*week.glob("*/test_*.py")]:
        _keep_tests(suite, kept)
    for mistake in week.glob("mistakes/*.py"):
        if _quoted(r"^TASK = ", mistake.read_text("utf-8")) not in kept:
            mistake.unlink()
    if not staff:
        for folder in (week / "hidden", week / "mistakes", root / "solutions"):
            shutil.rmtree(folder)
    return root


def _keep_tasks(path: Path, tasks: tuple[str, ...]) -> list[str]:
    head, *blocks = path.read_text("utf-8").split("\n[[task]]\n")
    named = [(_quoted(r"^id = ", block), block) for block in blocks]
    known = [name for name, _ in named]
    kept = [name for name in known if name in tasks] or known[: known.index(_FIRST_TRAINING)]
    points = {name: float(re.search(r"^points = (\S+)", block, re.M)[1]) for name, block in named}
    extra = sum(points.values()) - sum(points[name] for name in kept)
    text = head
    for name, block in named:
        if name in kept:
            worth = points[name] + (extra if name == kept[0] else 0)
            block = re.sub(r"^points = \S+", f"points = {worth:g}", block, flags=re.M)
            limits = "limits = { seconds = 6 }\n" if name == HANGING else ""
            text += f"\n[[task]]\n{limits}{block}"
    path.write_text(text, "utf-8")
    return kept


def _keep_tests(path: Path, kept: list[str]) -> None:
    """Drops the tests of tasks that are gone: each is a block from its `@task` to the end of its function."""
    blocks = re.split(r"\n\n\n(?=\S)", path.read_text("utf-8").rstrip("\n"))
    stay = [block for block in blocks if (name := _quoted(r"^@task\(", block)) is None or name in kept]
    path.write_text("\n\n\n".join(stay) + "\n", "utf-8")


def _quoted(before: str, text: str) -> str | None:
    found = re.search(before + '"(.*?)"', text, re.M)
    return found[1] if found else None


def reference(folder: Path, **replaced: str) -> Path:
    """Writes the reference's files as a submission; `replaced` maps a file's stem to its new text."""
    shutil.copytree(REFERENCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for stem, text in replaced.items():
        (folder / f"{stem}.py").write_text(text, "utf-8")
    return folder


def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a command: no data set of this user's, 80 columns, temporary files below `tmp_path`."""
    temporary = tmp_path / "temporary"
    temporary.mkdir(exist_ok=True)
    ours = {
        "PYTHONPATH": str(Path(cnngrade.__file__).parents[1]),
        "XDG_CACHE_HOME": str(tmp_path / "no-cache"),
        "MPLCONFIGDIR": matplotlib.get_cachedir(),  # or every run looks for this machine's fonts anew
        "TMPDIR": str(temporary),
        "COLUMNS": "80",
        "OMP_NUM_THREADS": "1",
    }
    return {name: value for name, value in os.environ.items() if name != "CNNGRADE_DATA"} | ours


def run(
    tmp_path: Path, *arguments: object, cwd: Path | None = None, **more: object
) -> subprocess.CompletedProcess[str]:
    """Runs `cnngrade` in a process of its own."""
    command = [sys.executable, "-m", "cnngrade", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd or tmp_path, env=environment(tmp_path), check=False, **more
    )
