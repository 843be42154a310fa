"""Finds the submissions of a class, and the week's files in each.

A submission is a folder or an archive with the student's name, or has the form that a learning platform gives it
(`layouts`). The week's folder may lie at the top, in `weekN/`, or below a wrapping folder: the highest place that holds
any of the week's files counts. A module that is missing there may be in a notebook (`notebooks.reading`).
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cnngrade.barrier import STRICT, Barrier
from cnngrade.course.questions import SHEET
from cnngrade.encodings import FILE_BYTES, decoded, shown
from cnngrade.errors import SkippedError, UserError
from cnngrade.notebooks.cells import SUFFIX
from cnngrade.notebooks.reading import NOTEBOOK_BYTES, read_notebook
from cnngrade.records.digests import digest_of_parts
from cnngrade.submissions.archives import (
    IGNORED,
    SUFFIXES,
    FileEntry,
    Listing,
    UnreadableError,
    decode_name,
    has_surrogates,
    is_ignored,
)
from cnngrade.submissions.gradescope import METADATA
from cnngrade.submissions.layouts import (
    AUTO,
    GRADESCOPE,
    PLAIN,
    Attempt,
    Found,
    HandIn,
    detect,
    is_exported,
    is_file,
    is_folder,
    understand,
)
from cnngrade.submissions.parts import FOREIGN, Part, parts_listing, stem_of, suffix_of

FILES = 200
TOTAL_BYTES = 8 * 1024**2
NOTES = 20
STUDENT_BYTES = 100

# Files with these names at the top of a submission would replace modules that the grader imports, so they are left out.
UNUSED = {"conftest", "sitecustomize", "usercustomize", "torch", "torchvision", "numpy", "PIL", "pytest", "cnngrade"}

Identity = tuple[str, tuple[str, ...]]  # an id, and all submissions that claim it if there are several
_WEEK = re.compile(r"week[0-9]+")
_TOOLS = IGNORED | {".DS_Store", ".git", ".idea", ".vscode", ".ipynb_checkpoints", ".cache", ".venv", ".pytest_cache"}

RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}


@dataclass(frozen=True)
class Submission:
    """One student's week, in memory.

    `files` maps POSIX paths, relative to the week's folder, to contents. `problem` is one line that says why nothing
    could be read (`files` is then empty), else None. `notes` are one-line remarks for the report.
    """

    student: str
    files: dict[str, bytes]
    notes: list[str] = field(default_factory=list)
    problem: str | None = None

    @property
    def sha256(self) -> str:
        """The digest of all names and contents, as 64 hexadecimal digits. It does not depend on the order of reading."""
        return digest_of_parts(
            part for name, content in sorted(self.files.items()) for part in (name.encode(), content)
        )


def read_submission(path: Path, week: str, files: Sequence[str], student: str | None = None) -> Submission:
    """Reads a folder, .zip, .tar, .tar.gz or .tgz. Returns the submission.

    `files` are the names of the week's files. `student` is the id, and None takes it from the path. What is wrong with
    the submission is stated in its `problem` and `notes`. Raises `UserError` only if `path` does not exist.
    """
    try:
        # `.` and `..` have no name that could be a student's id.
        path = path if path.name not in ("", "..") else path.resolve()
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise UserError(f"no such submission: {path}", "Give a folder, a .zip, a .tar.gz or an .ipynb") from error
    whole = (Part(target, path.name),)
    return _read_listed(lambda: parts_listing(whole, files), student or student_id(stem_of(path.name)), week, files)


def _read_listed(
    listed: Callable[[], AbstractContextManager[Listing]], student: str, week: str, files: Sequence[str]
) -> Submission:
    try:
        with listed() as listing:
            return _read(listing, student, week, files)
    except UnreadableError as error:
        return Submission(student, {}, problem=f"The submission {error}")
    except PermissionError:
        told = "The submission cannot be read: permission denied to whoever grades (chmod -R u+rX gives it)"
        return Submission(student, {}, problem=told)
    except FileNotFoundError:  # removed since the folder was listed
        return Submission(student, {}, problem="The submission is not there any more")
    except Exception as error:  # a crafted archive may cause any error, and the rest of the class must still be graded
        return Submission(
            student,
            {},
            problem=f"The submission is broken and cannot be read ({shown(str(error) or type(error).__name__)})",
        )


def open_folder(
    folder: Path,
    week: str,
    files: Sequence[str],
    notes: list[str],
    layout: str = AUTO,
    usernames: Sequence[str] = (),
) -> Found:
    """Finds out who handed in what, in a folder laid out by hand or by a learning platform. Returns what was found.

    Files that belong to no submission (a roster, a README) are skipped, and a line about each is added to `notes`.
    Raises `UserError` if the folder is missing, is no folder, holds no submission, or is itself one submission.
    """
    try:
        every = sorted(folder.iterdir())
    except FileNotFoundError as error:
        raise UserError(f"no such folder: {folder}", "Give the folder that holds the submissions") from error
    except NotADirectoryError as error:
        raise UserError(
            f"{folder} is no folder", "Unpack it, and give the folder that holds the submissions"
        ) from error
    except OSError as error:
        raise UserError(f"{folder} cannot be read ({error.strerror})", "Check its permissions") from error
    paths: list[Path] = []
    hidden: list[Path] = []
    for path in every:
        (hidden if is_ignored(path.name) else paths).append(path)
    _refuse_one_submission(folder, paths, week, files)
    chosen: list[Path] = []
    exported: list[Path] = []  # of any kind, with names that a platform gives
    passed: list[Path] = []
    for path in paths:
        (chosen if _is_handed_in(path) else exported if is_exported(path.name) else passed).append(path)
    seems = detect(folder, sorted(chosen + exported)) if layout == AUTO else layout
    # Files with a platform's names are submissions only if the whole folder is an export.
    if seems == PLAIN:
        passed = sorted(passed + exported)
    else:
        chosen = sorted(chosen + exported)
    notes += [
        f"{shown(path.name)} is no submission (a folder, .zip, .tar.gz or .ipynb) and was passed over"
        for path in passed
        if path.name != METADATA or seems != GRADESCOPE
    ]
    notes += [
        f"{shown(path.name)} is hidden and was passed over: rename it if it is a submission"
        for path in hidden
        if path.name not in _TOOLS and (is_folder(path) or suffix_of(path.name))
    ]
    if not chosen:
        raise UserError(f"no submission in {folder}", "It should hold one sub-folder, .zip or .tar.gz per student")
    return understand(folder, chosen, layout, usernames)


def _is_handed_in(path: Path) -> bool:
    """Whether something at the top of a folder is of the kind of a submission. Its name does not matter."""
    name = path.name.lower()
    return path.is_symlink() or is_folder(path) or bool(suffix_of(name)) or name.endswith(FOREIGN)


def _refuse_one_submission(folder: Path, paths: Sequence[Path], week: str, files: Sequence[str]) -> None:
    """Raises `UserError` if the folder is the submission of one student.

    A student with the name `week2` among other students is accepted.
    """
    own = {*files, f"{week}{SUFFIX}"}
    mine = [
        path
        for path in paths
        if (path.name in own and is_file(path)) or (path.name == week and any(is_file(path / name) for name in own))
    ]
    others = [path for path in paths if path.name not in own and not _WEEK.fullmatch(path.name) and _is_handed_in(path)]
    if mine and len(others) <= len(mine):
        hint = "Give the folder that holds one sub-folder or archive per student"
        raise UserError(f"{folder} is itself a submission: {shown(mine[0].name)} lies in it", hint)


def collect(
    folder: Path,
    week: str,
    files: Sequence[str],
    notes: list[str] | None = None,
    layout: str = AUTO,
    barrier: Barrier = STRICT,
) -> Iterator[Submission]:
    """Reads the last attempt of every student in a folder, one at a time. Student ids are unique.

    Raises at once the errors of `open_folder`.
    """
    found = open_folder(folder, week, files, [] if notes is None else notes, layout)
    ids = ids_of(found.hand_ins)
    return _each(found, ids, week, files, barrier)


def _each(
    found: Found, ids: Sequence[Identity], week: str, files: Sequence[str], barrier: Barrier
) -> Iterator[Submission]:
    for hand_in, (student, claimed_by) in zip(found.hand_ins, ids, strict=True):
        last, renamed = hand_in.attempts[-1], found.layout == PLAIN and not claimed_by
        yield barrier.attempt(
            student,
            "read the submission",
            partial(read_attempt, last, week, files, student, renamed, claimed_by),
            lambda note, student=student: Submission(student, {}, problem=note),  # type: ignore[misc]
        )


def read_attempt(
    attempt: Attempt,
    week: str,
    files: Sequence[str],
    student: str,
    renamed: bool = False,
    claimed_by: Sequence[str] = (),
) -> Submission:
    """Reads one attempt. What is wrong with it is stated in the submission's `problem` and `notes`.

    With `renamed`, a note is added if the student is graded under another name than that of the folder or archive.
    `claimed_by` names all submissions that were handed in under the same id, if there are several.
    """
    if attempt.problem:
        return Submission(student, {}, problem=attempt.problem)
    first = attempt.parts[0].path
    # A link in a folder of submissions may point at another student's work, or out of the folder.
    if any(part.path.is_symlink() for part in attempt.parts):
        submission = Submission(student, {}, problem="The submission is a link; links are not followed")
    else:
        submission = _read_listed(lambda: parts_listing(attempt.parts, files), student, week, files)
    if renamed and student != first.name and student != stem_of(first.name):
        submission.notes.append(f"handed in as {shown(first.name)}, graded under the name {student}")
    if claimed_by:
        submission.notes.insert(0, f"graded under the name {student}, for {told_of_claim(claimed_by)}")
    return submission


def _clip(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def student_id(name: str) -> str:
    """Returns a student's id as a folder name that is safe on any system: at most 100 bytes, Unicode kept.

    If anything had to change, a digest of the original is added, which keeps different ids different.
    """
    raw = os.fsencode(name)
    name = unicodedata.normalize("NFC", decode_name(raw) if has_surrogates(name) else name)
    bad = ("Cc", "Cf", "Cs", "Zl", "Zp")
    # Of a long name, the part after the first characters counts only by its digest, because its length has no limit.
    safe = "".join("_" if char in '/\\<>:"|?*' or unicodedata.category(char) in bad else char for char in name[:1000])
    # Windows drops dots and blanks at the end of a name. A leading dot would hide the folder.
    safe = re.sub(r"^[.\s]+|[.\s]+$", "_", safe)
    # Windows reserves names such as CON, with any extension.
    if safe.split(".")[0].casefold() in RESERVED:
        safe = f"_{safe}"
    if safe == name and name and len(safe.encode()) <= STUDENT_BYTES:
        return safe
    return f"{_clip(safe, STUDENT_BYTES - 9) or 'student'}-{hashlib.sha256(raw).hexdigest()[:8]}"


def ids_of(hand_ins: Sequence[HandIn], wanted: Sequence[str] | None = None) -> list[Identity]:
    """Returns an id for each student, and the names of all submissions under this id if there are several.

    `wanted` may give other ids. If two submissions claim one id, neither gets it: each is named after its files, and
    people decide whose it is. Ids that differ only in case are two ids. If the file system does not distinguish them,
    those with capitals get a digest of the name. The result does not depend on the order, or on names that are not
    alike.
    """
    names = [hand_in.student for hand_in in hand_ins] if wanted is None else wanted
    ids = [student_id(name) for name in names]
    alike: dict[str, set[str]] = {}
    claims: dict[str, list[str]] = {}
    for hand_in, student in zip(hand_ins, ids, strict=True):
        alike.setdefault(_folded(student), set()).add(student)
        claims.setdefault(student, []).append(hand_in.handed_in_as)
    found: list[Identity] = []
    given: set[str] = set()
    for hand_in, student in zip(hand_ins, ids, strict=True):
        claimed_by = tuple(claims[student]) if len(claims[student]) > 1 else ()
        unique = student
        if claimed_by:
            unique = _with_digest(student, hand_in.handed_in_as)
        elif len(alike[_folded(student)]) > 1 and student != student.casefold():
            unique = _with_digest(student, student)
        number = 2
        # A digest may still clash with an id that a student has chosen.
        while _folded(unique) in given or (unique != student and _folded(unique) in alike):
            unique, number = _with_digest(student, f"{hand_in.handed_in_as}/{number}"), number + 1
        given.add(_folded(unique))
        found.append((unique, claimed_by))
    return found


def _folded(student: str) -> str:
    """Returns the form of an id that two ids share if common file systems take them for one."""
    return student.casefold() if sys.platform in ("darwin", "win32") else student


def told_of_claim(claimed_by: Sequence[str]) -> str:
    """Names the submissions that were handed in under one id. Returns a sentence."""
    named = " and ".join(shown(name) for name in claimed_by[:5]) + (" and others" if len(claimed_by) > 5 else "")
    return f"{named} are handed in under one name, and nobody can tell here whose they are"


def _with_digest(student: str, name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{_clip(student, STUDENT_BYTES - 9)}-{digest}"


def _read(listing: Listing, student: str, week: str, files: Sequence[str]) -> Submission:
    """Reads the files of a listing that belong to the week. Returns the submission.

    The week's own files are read first, and then the others, until a limit is reached.
    """
    notes = listing.notes
    entries = {path: entry for path, entry in listing.entries.items() if not _other_week(path, week)}
    place = _place(entries, week, files, notes)
    inside = {path.removeprefix(place): entry for path, entry in entries.items() if path.startswith(place)}
    contents, problem = _from_notebook(inside, week, files, notes)
    from_notebook = set(contents)
    left = TOTAL_BYTES - sum(map(len, contents.values()))
    for name, entry in _chosen(inside, files, notes).items():
        try:
            content = entry.read(min(FILE_BYTES, left))
        except SkippedError as error:
            notes.append(f"{shown(name)} {error}")
            continue
        if name in from_notebook and name == SHEET:
            content = decoded(content)[0].encode("utf-8", "replace") + b"\n\n" + contents[name]
        elif name in from_notebook:
            notes.append(f"{shown(name)} is there as a file of its own, which counts, and not the notebook's cells")
        contents[name] = content
        left -= len(content)
    if problem and not any(name in contents for name in files):
        return Submission(student, {}, _bounded(notes), f"The submission's notebook {problem}")
    if problem:
        notes.append(f"the notebook {problem}")
    if not contents:
        what = f"no file of {week}" if listing.entries and not entries else "no file that the grader can read"
        return Submission(
            student, {}, _bounded(notes), f"The submission holds {what}{f' ({notes[0]})' if notes else ''}"
        )
    if not any(name in contents for name in files):
        notes.append(f"none of {', '.join(files)} was found")
    if listing.others:
        some = ", ".join(shown(name) for name in listing.others[:3])
        more = f" and {len(listing.others) - 3} more" if len(listing.others) > 3 else ""
        notes.append(f"only {' '.join(SUFFIXES)} are read, not {some}{more}")
    return Submission(student, contents, _bounded(notes))


def _bounded(notes: list[str]) -> list[str]:
    return notes if len(notes) <= NOTES else [*notes[:NOTES], f"and {len(notes) - NOTES} more remarks like these"]


def _from_notebook(
    inside: dict[str, FileEntry], week: str, files: Sequence[str], notes: list[str]
) -> tuple[dict[str, bytes], str]:
    """Returns the files in the week's notebook, and the reason why it cannot be read, if there is one.

    Its entry, and those of other notebooks beside it, are removed from `inside`. If all modules are there as files,
    only a notebook that has the week's name is read, because it may hold the answers.
    """
    names = sorted(name for name in inside if name.casefold().endswith(SUFFIX) and "/" not in name)
    if all(name in inside for name in files):
        names = [name for name in names if name.casefold() == f"{week}{SUFFIX}"][:1]
    if not names:
        return {}, ""
    entries = {name: inside.pop(name) for name in names}
    chosen = next((name for name in names if name.casefold() == f"{week}{SUFFIX}"), names[0])
    others = ", ".join(shown(name) for name in names[:3] if name != chosen)
    if others and chosen.casefold() != f"{week}{SUFFIX}":
        return {}, f"is one of several ({shown(chosen)}, {others}): name the one that counts {week}{SUFFIX}"
    if others:
        notes.append(f"read from {shown(chosen)}, not from {others}")
    try:
        contents, remarks = read_notebook(entries[chosen].read(NOTEBOOK_BYTES), week, files)
    except SkippedError as error:
        return {}, f"{shown(chosen)} {error}"
    notes += remarks
    return contents, ""


def _place(paths: Collection[str], week: str, files: Sequence[str], notes: list[str]) -> str:
    """Returns the prefix ("" or "a/b/") of the week's folder: the highest that holds any of its files, or `weekN/`."""
    held = dict.fromkeys(sorted({path.rpartition("/")[0] for path in paths}), 0)
    any_module = any(path.rpartition("/")[2] in files for path in paths)
    for path in paths:
        folder, _, name = path.rpartition("/")
        held[folder] += name in files if any_module else name.casefold().endswith(SUFFIX)

    def rank(folder: str) -> tuple[bool, int, bool, int]:
        parts = folder.split("/") if folder else []
        named = bool(parts) and parts[-1].casefold() == week
        # weekN/ counts as being as deep as its parent: it goes before loose files beside it, but not before higher ones.
        return not held[folder], len(parts) - named, not named, -held[folder]

    best = min(held, key=rank, default="")
    rivals = [folder for folder in held if held[folder] and folder != best]
    if rivals and held[best]:
        notes.append(f"read from {shown(best or 'the top folder')}, not from {', '.join(map(shown, rivals[:3]))}")
    return f"{best}/" if best else ""


def _other_week(path: str, week: str) -> bool:
    """Whether a file lies in the folder of another week."""
    folders = path.casefold().split("/")[:-1]
    return week not in folders and any(re.fullmatch(r"week\d+", folder) for folder in folders)


def _chosen(inside: Mapping[str, FileEntry], files: Sequence[str], notes: list[str]) -> dict[str, FileEntry]:
    """Returns the entries to read, in the order of the archive. Notes what is left out."""
    chosen: dict[str, FileEntry] = {}
    folded: dict[str, str] = {}  # the names on a file system that ignores case
    total = 0
    too_many = 0
    for name in sorted(inside, key=lambda name: (name not in files, name.count("/"), name)):
        key = name.casefold()
        clash = [folded[part] for part in (key, *_parents(key)) if part in folded]
        if name.split("/")[0].removesuffix(".py") in UNUSED and name not in files:
            notes.append(f"{shown(name)} is not used by the grader")
        elif clash:
            notes.append(f"{shown(name)} was not read: its name clashes with {shown(clash[0])}")
        elif inside[name].size > FILE_BYTES:
            notes.append(f"{shown(name)} is larger than {FILE_BYTES // 1024**2} MB and was not read")
        elif len(chosen) == FILES or total + inside[name].size > TOTAL_BYTES:
            too_many += 1
        else:
            chosen[name] = inside[name]
            folded[key] = name
            total += inside[name].size
            if key in files and key not in inside:
                notes.append(f"{shown(name)} should be named {key}: upper and lower case differ")
    if too_many:
        most = f"at most {FILES} files and {TOTAL_BYTES // 1024**2} MB of a submission are read"
        notes.append(f"{too_many} of its files were left out: {most}")
    return {name: entry for name, entry in inside.items() if name in chosen}


def _parents(path: str) -> list[str]:
    return [path[:at] for at, char in enumerate(path) if char == "/"]
