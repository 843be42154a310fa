"""Finds out which submission belongs to which student, in a folder that a learning platform exported.

- `plain`: a folder or an archive for each student, with the student's name.
- `canvas`: "Download Submissions", unpacked: `lovelaceada_LATE_12345_67890_week2-1.zip` is the first resubmission of
  week2.zip by the user 12345; late ones are marked. The files say nothing about when they were handed in.
- `moodle`: "Download all submissions", unpacked: `Ada Lovelace_12345_assignsubmission_file_/`, or without folders the same
  before each file's name. 12345 is the participant's number in the grading worksheet.
- `gradescope`: "Export Submissions", unpacked: `assignment_1_export/` with submission_metadata.yml, which holds names, ids and
  times. A group's submission belongs to each member.
- `github`: clones of GitHub Classroom, or zips of them: `ASSIGNMENT-USERNAME`. Students can set the dates of commits, so
  these are not read.

The layout is decided only by the folder's own level, and by the names of most of its entries: no file or name of one
student can change how the others are read. In a name the first marker counts, because the platform writes it before the
part that the student chose. Only Gradescope's metadata is opened here. Links are left to the reader, which refuses
them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cnngrade.encodings import shown
from cnngrade.errors import UserError
from cnngrade.submissions.archives import is_ignored, plain_text
from cnngrade.submissions.gradescope import METADATA, read_metadata
from cnngrade.submissions.parts import Part, stem_of

AUTO = "auto"


@dataclass(frozen=True)
class Attempt:
    """What was handed in at one time. `late` is the platform's mark, and `problem` says why there is nothing to read."""

    parts: tuple[Part, ...]
    handed_in: datetime | None = None
    late: bool = False
    problem: str = ""


@dataclass(frozen=True)
class HandIn:
    """All attempts of one student, the newest last. `student` is the id on the platform.

    `name` and the values of `keys` are plain text, even if a name on the disk has undecodable bytes.
    """

    student: str
    attempts: tuple[Attempt, ...]
    name: str = ""
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def handed_in_as(self) -> str:
        """The name by which people find the submission in the folder: of its first file, or else an id."""
        names = [part.path.name for attempt in self.attempts for part in attempt.parts]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        return f"{names[0]}{more}" if names else self.keys.get("gradescope", self.student)


@dataclass(frozen=True)
class Found:
    """A folder of submissions whose layout is known. `told` is a line for staff, or "" if nothing is remarkable."""

    layout: str
    hand_ins: list[HandIn]
    told: str


def understand(folder: Path, paths: Sequence[Path], layout: str, usernames: Sequence[str] = ()) -> Found:
    """Sorts the entries of a folder by student, in the named layout, or with `auto` in the one that they have.

    `usernames` are the GitHub names on a roster. Raises `UserError` if nothing fits the named layout.
    """
    detected = layout if layout != AUTO else detect(folder, paths)
    hand_ins, remarks = _READERS[detected](folder, paths, usernames)
    if not hand_ins:
        raise UserError(f"nothing in {folder} is named as --layout {detected} has it", "Try --layout plain")
    students = "1 student" if len(hand_ins) == 1 else f"{len(hand_ins)} students"
    several = sum(len(hand_in.attempts) > 1 for hand_in in hand_ins)
    attempts = f", {several} of them with several attempts" if several else ""
    how = f"{_TITLES[detected]}: {students}{attempts}{remarks}"
    # The usual case needs no remark.
    if layout == AUTO and detected == PLAIN:
        return Found(detected, hand_ins, "")
    wrong = ". Not so? Say --layout plain" if layout == AUTO else ""
    return Found(detected, hand_ins, f"read as {how}{wrong}")


def detect(folder: Path, paths: Sequence[Path]) -> str:
    """Returns the layout of a folder: the one that the names of most students fit."""
    if _export(folder, paths) is not None:
        return GRADESCOPE
    for match_of, layout in ((_of_moodle, MOODLE), (_of_canvas, CANVAS)):
        matches = [match for path in paths if (match := match_of(path))]
        owners, others = len({_owner(match) for match in matches}), len(paths) - len(matches)
        if owners > others or (owners == others and 2 * len(matches) > len(paths)):
            return layout
    # Repositories have no fixed form of name, so most entries must be clones.
    clones = sum(is_there(path / ".git") for path in paths if is_folder(path))
    if 2 * clones > len(paths) and _prefix(folder, paths, ()):
        return GITHUB
    return PLAIN


def _owner(match: re.Match[str]) -> str:
    """Returns whose file it is by its name, so that several loose files of one student count once."""
    named = match.groupdict()
    return named.get("id") or named.get("user") or f"anon_{named.get('anonymous')}"


def _of_canvas(path: Path) -> re.Match[str] | None:
    return None if is_folder(path) and not path.is_symlink() else _CANVAS.fullmatch(path.name)


def _of_moodle(path: Path) -> re.Match[str] | None:
    """Matches a folder's or file's name of Moodle. In a folder's name nothing may follow the marker.

    There a second marker would be part of a student's name.
    """
    match = _MOODLE.fullmatch(path.name)
    return None if match and match["rest"] and is_folder(path) and not path.is_symlink() else match


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, or a link to one. A path without permission counts as none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_there(path: Path) -> bool:
    """Whether something exists at a path. A path without permission counts as not there."""
    try:
        return path.exists()
    except OSError:
        return False


def is_exported(name: str) -> bool:
    """Whether a name has the form of a platform's export. Such a file is part of a submission, of any kind."""
    return bool(_CANVAS.fullmatch(name) or _MOODLE.fullmatch(name))


# --- one folder or archive a student ----------------------------------------------------------------------------------


def whole(path: Path) -> Attempt:
    """Returns an attempt that is one folder or archive."""
    return Attempt((Part(path, path.name),))


def _plain(_: Path, paths: Sequence[Path], __: Sequence[str]) -> tuple[list[HandIn], str]:
    return [HandIn(_named(path), (whole(path),)) for path in paths], ""


def _named(path: Path) -> str:
    return path.name if is_folder(path) and not path.is_symlink() else stem_of(path.name)


def _strays(strays: Sequence[Path]) -> tuple[list[HandIn], str]:
    """Returns entries whose names have another form than the rest. They are submissions too, so that none is lost."""
    if not strays:
        return [], ""
    some = ", ".join(shown(path.name) for path in strays[:3]) + (", ..." if len(strays) > 3 else "")
    return _plain(Path(), strays, ())[0], f"; named unlike the others, and read as folders of students: {some}"


# --- Canvas -----------------------------------------------------------------------------------------------------------

_CANVAS = re.compile(
    r"(?:(?P<name>\w*?)_)??(?P<late>LATE_)?(?:(?P<user>[0-9]+)|anon_(?P<anonymous>[^\W_]+))_"
    r"(?:(?P<file>[0-9]+)_(?P<rest>.+)|(?P<typed>text|link)\.html)",
    re.DOTALL,
)
_AGAIN = re.compile(r"(?P<stem>.+?)(?:-(?P<number>\d+))?(?P<suffix>(?:\.tar)?\.\w+)")


def _canvas(_: Path, paths: Sequence[Path], __: Sequence[str]) -> tuple[list[HandIn], str]:
    files: dict[str, list[tuple[int, re.Match[str], Path]]] = defaultdict(list)
    strays = []
    for path in paths:
        match = _of_canvas(path)
        if match is None:
            strays.append(path)
        else:
            files[match["user"] or f"anon_{match['anonymous']}"].append((int(match["file"] or 0), match, path))
    hand_ins = []
    for user, handed_in in files.items():
        # By Canvas's file number, which grows with time.
        handed_in.sort(key=lambda item: item[0])
        name = handed_in[-1][1]["name"] or ""
        keys = {"canvas": user} if user.isdecimal() else {}
        hand_ins.append(HandIn(f"{name}_{user}".strip("_"), tuple(_canvas_attempts(handed_in)), "", keys))
    others, remark = _strays(strays)
    return hand_ins + others, remark


def _canvas_attempts(files: Sequence[tuple[int, re.Match[str], Path]]) -> Iterator[Attempt]:
    """Yields the attempts of one student. A new one begins where the name of a file occurs again.

    Canvas numbers files in the order in which they came, and adds a number to the name of a file that was handed in
    again.
    """
    parts: dict[str, Part] = {}
    late = False
    typed = ""
    for _, match, path in files:
        if match["typed"]:
            typed = "The submission is a text or a link typed into Canvas; no file was handed in"
            continue
        again = _AGAIN.fullmatch(match["rest"])
        name = again["stem"] + again["suffix"] if again else match["rest"]
        # The same name again means a new attempt.
        if name in parts:
            yield Attempt(tuple(parts.values()), late=late)
            parts = {}
        parts[name] = Part(path, name, loose=True)
        late = bool(match["late"])
    if parts or typed:
        yield Attempt(tuple(parts.values()), late=late, problem="" if parts else typed)


# --- Moodle -----------------------------------------------------------------------------------------------------------

_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>[0-9]+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL
)


def _moodle(_: Path, paths: Sequence[Path], __: Sequence[str]) -> tuple[list[HandIn], str]:
    parts: dict[str, list[Part]] = defaultdict(list)
    names: dict[str, str] = {}
    strays = []
    for path in paths:
        match = _of_moodle(path)
        if match is None:
            strays.append(path)
            continue
        # Files of one participant share the number. Names need not be unique.
        names[match["id"]] = match["name"]
        if match["kind"] == "file":
            parts[match["id"]].append(Part(path, match["rest"] or path.name, loose=bool(match["rest"])))
    typed = "The submission is a text typed into Moodle; no file was handed in"
    hand_ins = [
        HandIn(f"{name}_{number}", (Attempt(tuple(parts[number]), problem="" if parts[number] else typed),),
               plain_text(name), {"moodle": number})
        for number, name in names.items()
    ]  # fmt: skip
    others, remark = _strays(strays)
    return hand_ins + others, remark


# --- Gradescope -------------------------------------------------------------------------------------------------------


_EXPORT = re.compile(r"assignment_[0-9]+_export(?: ?\([0-9]+\))?")
_SUBMISSION = re.compile(r"submission_[0-9]+")


def _export(folder: Path, paths: Sequence[Path]) -> Path | None:
    """Returns the folder with the metadata: the one given, or its only entry if that has the name of an export.

    A folder is no export if most of its entries have other names than Gradescope gives, even if it holds a metadata
    file.
    """
    if len(paths) == 1 and _EXPORT.fullmatch(paths[0].name) and not paths[0].is_symlink() and is_folder(paths[0]):
        folder = paths[0]
        try:
            paths = [path for path in folder.iterdir() if not is_ignored(path.name)]
        except OSError:
            return None
    folders = [path for path in paths if is_folder(path)]
    named = sum(bool(_SUBMISSION.fullmatch(path.name)) for path in folders)
    return folder if 2 * named > len(folders) and is_file(folder / METADATA) else None


def is_file(path: Path) -> bool:
    """Whether a path is a regular file, or a link to one. A path without permission counts as none."""
    try:
        return path.is_file()
    except OSError:
        return False


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
        problem = "" if is_folder(path) else f"The submission is not in the export: there is no {shown(record.folder)}"
        attempt = Attempt(() if problem else (Part(path, path.name),), record.handed_in, problem=problem)
        keys = {kind: plain_text(value) for kind, value in record.keys.items()}
        hand_ins.append(HandIn(record.student, (attempt,), plain_text(record.name), keys))
    # Folders that the metadata does not name are submissions too.
    named = {record.folder for record in known}
    strays = [path for path in sorted(export.iterdir()) if is_folder(path) and path.name not in named]
    others, remark = _strays([path for path in strays if not path.name.startswith((".", "__"))])
    return hand_ins + others, remark


# --- GitHub Classroom -------------------------------------------------------------------------------------------------

_BRANCH = re.compile(r"-(?:main|master)$")


def _repository(path: Path) -> str:
    """Returns the name of a clone. In the name of a zip GitHub adds the branch, which is removed."""
    return path.name if is_folder(path) else _BRANCH.sub("", stem_of(path.name))


def _prefix(folder: Path, paths: Sequence[Path], usernames: Sequence[str]) -> str:
    """Returns `ASSIGNMENT-`: the name of the folder of `classroom clone`, or what nearly all repositories begin with."""
    names = [_repository(path) for path in paths]
    # `gh classroom clone` names the folder ASSIGNMENT-submissions.
    assignment = folder.resolve().name.removesuffix("-submissions") + "-"
    if 2 * sum(name.startswith(assignment) for name in names) > len(names):
        return assignment
    ends = Counter(
        name[: -len(user)] for name in names for user in usernames if name.casefold().endswith(f"-{user.casefold()}")
    )
    if ends:
        return ends.most_common(1)[0][0]
    return _shared([name.split("-")[:-1] for name in names])


def _shared(names: Sequence[Sequence[str]]) -> str:
    """Returns the words, joined, that nearly all names begin with. Of four or more names, one in four may differ."""
    shared: tuple[str, ...] = ()
    while True:
        more = len(shared) + 1
        longer = Counter(tuple(words[:more]) for words in names if len(words) >= more)
        best, count = max(longer.items(), key=lambda item: item[1], default=((), 0))
        # With few names, one exception could be a quarter of the class, so all must agree.
        if best[:-1] != shared or count < (len(names) if len(names) < 4 else 0.75 * len(names)):
            return "".join(f"{word}-" for word in shared)
        shared = best


def _github(folder: Path, paths: Sequence[Path], usernames: Sequence[str]) -> tuple[list[HandIn], str]:
    prefix = _prefix(folder, paths, usernames)
    ours = [path for path in paths if prefix and _repository(path).startswith(prefix)]
    users = [_repository(path)[len(prefix) :] for path in ours]
    hand_ins = [
        HandIn(user, (whole(path),), keys={"github": plain_text(user)}) for user, path in zip(users, ours, strict=True)
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
