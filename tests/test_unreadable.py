"""What an ordinary user may not read is one student's report, and no end to a run."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.support.ordinary_user import Start, python, starting, why_not
from tests.support.week2_course import reference, small_course

pytestmark = pytest.mark.slow

CLOSED = {
    "no-folder": "The submission cannot be read: permission denied",
    "no-entry": "cannot be read: Permission denied",
    "no-file": "data.py cannot be read: Permission denied",
    "no-part": "part cannot be read: Permission denied",
    "no-zip": "The submission cannot be read: permission denied",
}


def closed_class(folder: Path) -> None:
    """A class in which some things may not be read, and a folder called as the week that may not be entered."""
    for name in ("ada", "no-folder", "no-entry", "no-file", "no-part", "week2"):
        reference(folder / name)
    (folder / "no-part" / "part").mkdir()
    shutil.make_archive(str(folder / "no-zip"), "zip", folder / "ada")
    for name, mode in (
        ("no-folder", 0),
        ("week2", 0),
        ("no-entry", 0o444),
        ("no-file/data.py", 0),
        ("no-part/part", 0),
    ):
        (folder / name).chmod(mode)
    (folder / "no-zip.zip").chmod(0)


def run(start: Start, *arguments: object) -> tuple[int, str]:
    done = start.run(*python("-m", "cnngrade", *map(str, arguments)))
    return done.returncode, done.stderr


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_what_may_not_be_read_is_one_students() -> None:
    """Each has a report that says what may not be read; the others have their points; `similar` works too."""
    with starting(ordinary=True) as start:
        course = small_course(start.folder / "course", "count-parameters")
        closed_class(start.folder / "class")
        for where, folders, files in os.walk(start.folder):
            for name in (*folders, *files):
                if os.geteuid() == 0:
                    shutil.chown(Path(where, name), 54321, 54321)
        out = start.folder / "out"
        code, told = run(start, "grade", "week2", start.folder / "class", "--out", out, "--course", course)
        assert code in (0, 1), told
        reports = {path.parent.name: json.loads(path.read_text("utf-8")) for path in out.glob("reports/*/report.json")}
        assert set(reports) == {"ada", "week2", *CLOSED}
        assert reports["ada"]["auto_score"] == reports["ada"]["auto_max_score"]
        for name, line in CLOSED.items():
            assert line in "\n".join(reports[name]["notes"]), name
        code, told = run(
            start, "similar", "week2", start.folder / "class", "--out", start.folder / "s", "--course", course
        )
        assert code == 0, told
        for name in ("no-folder", "week2", "no-entry", "no-part/part"):
            (start.folder / "class" / name).chmod(0o755)
