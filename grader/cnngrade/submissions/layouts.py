"""Whose submission is what, in a folder as a learning platform exports it.

- `plain`: a folder or an archive for each student, named for the student.
- `canvas`: "Download Submissions", unpacked: `lovelaceada_LATE_12345_67890_week2-1.zip` is the first resubmission of
  week2.zip by the user 12345; late ones are marked. The files say nothing about when they were handed in.
- `moodle`: "Download all submissions", unpacked: `Ada Lovelace_12345_assignsubmission_file_/`, or without folders the same
  before each file's name. 12345 is the participant's number in the grading worksheet.
- `gradescope`: "Export Submissions", unpacked: `assignment_1_export/` with submission_metadata.yml, which knows names, ids and
  times. A group's submission is everybody's.
- `github`: clones of GitHub Classroom, or zips of them: `ASSIGNMENT-USERNAME`. The dates of commits are the students' to set,
  and are not read.

Nothing is opened here but Gradescope's metadata; links are left to the reader, which refuses them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from cnngrade.errors import UserError
from cnngrade.submissions.archives import shown
from cnngrade.submissions.gradescope import METADATA, read_metadata
from cnngrade.submissions.parts import Part, stem_of

AUTO = "auto"


@dataclass(frozen=True)
class Attempt:
    """What was handed in at once. `late` is the platform's mark; `problem` says why there is nothing to read."""

    parts: tuple[Part, ...]
    handed_in: datetime | None = None
    late: bool = False
    problem: str = ""


@dataclass(frozen=True)
class HandIn:
    """All that one student handed in, the newest attempt last; `student` is an id as the platform has it."""

    student: str
    attempts: tuple[Attempt, ...]
    name: str = ""
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A folder of submissions, understood. `told` is a line for whoever started the run; "" where nothing is remarkable."""

    layout: str
    hand_ins: list[HandIn]
    told: str


def understand(folder: Path, paths: Sequence[Path], layout: str, usernames: Sequence[str] = ()) -> Found:
    """Sorts the entries of a folder by student, in the layout that is named, or (`auto`) in the one that they have.

    `usernames` are those of GitHub that a roster knows. Raises `UserError` where nothing fits the layout that is named.
    """
    detected = layout if layout != AUTO else detect(folder, paths)
    hand_ins, remarks = _READERS[detected](folder, paths, usernames)
    if not hand_ins:
        raise UserError(f"nothing in {folder} is named as --layout {detected} has it", "Try --layout plain")
    students = "1 student" if len(hand_ins) == 1 else f"{len(hand_ins)} students"
    several = sum(len(hand_in.attempts) > 1 for hand_in in hand_ins)
    attempts = f", {several} of them with several attempts" if several else ""
    how = f"{_TITLES[detected]}: {students}{attempts}{remarks}"
    if layout == AUTO and detected == PLAIN:
        return Found(detected, hand_ins, "")
    wrong = ". Not so? Say --layout plain" if layout == AUTO else ""
    return Found(detected, hand_ins, f"read as {how}{wrong}")


def detect(folder: Path, paths: Sequence[Path]) -> str:
    """The layout of a folder: one that a platform's own file proves, or one that at least half of the names have."""
    if _export(folder, paths) is not None:
        return GRADESCOPE
    if any(_MOODLE.fullmatch(path.name) for path in paths):
        return MOODLE
    if 2 * sum(path.is_file() and bool(_CANVAS.fullmatch(path.name)) for path in paths) >= len(paths):
        return CANVAS
    clones = [path for path in paths if path.is_dir() and (path / ".git").exists()]
    if clones and 2 * len(clones) >= len(paths) and _prefix(folder, paths, ()):
        return GITHUB
    return PLAIN


def is_exported(name: str) -> bool:
    """Whether a platform has named a file so: then it is part of a submission, whatever its kind."""
    return bool(_CANVAS.fullmatch(name) or _MOODLE.fullmatch(name))


# --- one folder or archive a student ----------------------------------------------------------------------------------


def whole(path: Path) -> Attempt:
    """An attempt that is one folder or archive."""
    return Attempt((Part(path, path.name),))


def _plain(_: Path, paths: Sequence[Path], __: Sequence[str]) -> tuple[list[HandIn], str]:
    return [HandIn(_named(path), (whole(path),)) for path in paths], ""


def _named(path: Path) -> str:
    return path.name if path.is_dir() and not path.is_symlink() else stem_of(path.name)


def _strays(strays: Sequence[Path]) -> tuple[list[HandIn], str]:
    """What is not named as the others are is somebody's submission all the same: nothing is lost."""
    if not strays:
        return [], ""
    some = ", ".join(shown(path.name) for path in strays[:3]) + (", ..." if len(strays) > 3 else "")
    return _plain(Path(), strays, ())[0], f"; named unlike the others, and read as folders of students: {some}"


# --- Canvas -----------------------------------------------------------------------------------------------------------

_CANVAS = re.compile(
    r"(?:(?P<name>\w*?)_)??(?P<late>LATE_)?(?:(?P<user>\d+)|anon_(?P<anonymous>[^\W_]+))_"
    r"(?:(?P<file>\d+)_(?P<rest>.+)|(?P<typed>text|link)\.html)"
)
_AGAIN = re.compile(r"(?P<stem>.+?)(?:-(?P<number>\d+))?(?P<suffix>(?:\.tar)?\.\w+)")


def _canvas(_: Path, paths: Sequence[Path], __: Sequence[str]) -> tuple[list[HandIn], str]:
    files: dict[str, list[tuple[int, re.Match[str], Path]]] = defaultdict(list)
    strays = []
    for path in paths:
        match = _CANVAS.fullmatch(path.name)
        if match is None:
            strays.append(path)
        else:
            files[match["user"] or f"anon_{match['anonymous']}"].append((int(match["file"] or 0), match, path))
    hand_ins = []
    for user, handed_in in files.items():
        handed_in.sort(key=lambda item: item[0])
        name = handed_in[-1][1]["name"] or ""
        keys = {"canvas": user} if user.isdecimal() else {}
        hand_ins.append(HandIn(f"{name}_{user}".strip("_"), tuple(_canvas_attempts(handed_in)), "", keys))
    others, remark = _strays(strays)
    return hand_ins + others, remark


def _canvas_attempts(files: Sequence[tuple[int, re.Match[str], Path]]) -> Iterator[Attempt]:
    """Canvas numbers its files as they come, and marks one that was handed in again: there a new attempt begins."""
    parts: dict[str, Part] = {}
    late = False
    typed = ""
    for _, match, path in files:
        if match["typed"]:
            typed = "The submission is a text or a link typed into Canvas; no file was handed in"
            continue
        again = _AGAIN.fullmatch(match["rest"])
        name = again["stem"] + again["suffix"] if again else match["rest"]
        if name in parts:
            yield Attempt(tuple(parts.values()), late=late)
            parts = {}
        parts[name] = Part(path, name, loose=True)
        late = bool(match["late"])
    if parts or typed:
        yield Attempt(tuple(parts.values()), late=late, problem="" if parts else typed)


# --- Moodle -----------------------------------------------------------------------------------------------------------

_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<rest>.*))?")


def _moodle(_: Path, paths: Sequence[Path], __: Sequence[str]) -> tuple[list[HandIn], str]:
    parts: dict[str, list[Part]] = defaultdict(list)
    names: dict[str, str] = {}
    strays = []
    for path in paths:
        match = _MOODLE.fullmatch(path.name)
        if match is None:
            strays.append(path)
            continue
        names[match["id"]] = match["name"]
        if match["kind"] == "file":
            parts[match["id"]].append(Part(path, match["rest"] or path.name, loose=bool(match["rest"])))
    typed = "The submission is a text typed into Moodle; no file was handed in"
    hand_ins = [
        HandIn(f"{name}_{number}", (Attempt(tuple(parts[number]), problem="" if parts[number] else typed),), name,
               {"moodle": number})
        for number, name in names.items()
    ]  # fmt: skip
    others, remark = _strays(strays)
    return hand_ins + others, remark


# --- Gradescope -------------------------------------------------------------------------------------------------------


def _export(folder: Path, paths: Sequence[Path]) -> Path | None:
    """The folder with the metadata: the one given, or the only one of its name in it."""
    if (folder / METADATA).is_file():
        return folder
    inside = [path for path in paths if (path / METADATA).is_file() and not path.is_symlink()]
    return inside[0] if len(inside) == 1 else None


def _gradescope(folder: Path, paths: Sequence[Path], _: Sequence[str]) -> tuple[list[HandIn], str]:
    export = _export(folder, paths)
    if export is None:
        raise UserError(
            f"there is no {METADATA} in {folder}", "Give the unpacked export of Gradescope, or --layout plain"
        )
    hand_ins = []
    known = read_metadata(export / METADATA)
    for record in known:
        path = export / record.folder
        problem = "" if path.is_dir() else f"The submission is not in the export: there is no {shown(record.folder)}"
        attempt = Attempt(() if problem else (Part(path, path.name),), record.handed_in, problem=problem)
        hand_ins.append(HandIn(record.student, (attempt,), record.name, record.keys))
    named = {record.folder for record in known}
    strays = [path for path in sorted(export.iterdir()) if path.is_dir() and path.name not in named]
    others, remark = _strays([path for path in strays if not path.name.startswith((".", "__"))])
    return hand_ins + others, remark


# --- GitHub Classroom -------------------------------------------------------------------------------------------------

_BRANCH = re.compile(r"-(?:main|master)$")


def _repository(path: Path) -> str:
    """A clone's name, or that of a zip of one, which GitHub names for the branch too."""
    return path.name if path.is_dir() else _BRANCH.sub("", stem_of(path.name))


def _prefix(folder: Path, paths: Sequence[Path], usernames: Sequence[str]) -> str:
    """`ASSIGNMENT-`: what the folder of `classroom clone` is called, or what all repositories begin with."""
    names = [_repository(path) for path in paths]
    assignment = folder.resolve().name.removesuffix("-submissions") + "-"
    if all(name.startswith(assignment) for name in names):
        return assignment
    ends = Counter(
        name[: -len(user)] for name in names for user in usernames if name.casefold().endswith(f"-{user.casefold()}")
    )
    if ends:
        return ends.most_common(1)[0][0]
    words = [name.split("-")[:-1] for name in names]
    shared = list(takewhile(lambda same: len(set(same)) == 1, zip(*words, strict=False)))
    return "".join(f"{same[0]}-" for same in shared)


def _github(folder: Path, paths: Sequence[Path], usernames: Sequence[str]) -> tuple[list[HandIn], str]:
    prefix = _prefix(folder, paths, usernames)
    ours = [path for path in paths if prefix and _repository(path).startswith(prefix)]
    hand_ins = [
        HandIn(
            _repository(path).removeprefix(prefix), (whole(path),), keys={"github": _repository(path)[len(prefix) :]}
        )
        for path in ours
    ]
    others, remark = _strays([path for path in paths if path not in ours])
    return hand_ins + others, f", without {prefix!r} before their names{remark}" if prefix else remark


PLAIN, CANVAS, MOODLE, GRADESCOPE, GITHUB = "plain", "canvas", "moodle", "gradescope", "github"
_READERS: dict[str, Callable[[Path, Sequence[Path], Sequence[str]], tuple[list[HandIn], str]]] = {
    PLAIN: _plain,
    CANVAS: _canvas,
    MOODLE: _moodle,
    GRADESCOPE: _gradescope,
    GITHUB: _github,
}
_TITLES = {
    PLAIN: "a folder or archive for each student",
    CANVAS: "a download of Canvas",
    MOODLE: "a download of Moodle",
    GRADESCOPE: "an export of Gradescope",
    GITHUB: "repositories of GitHub Classroom",
}
LAYOUTS = (AUTO, *_READERS)
