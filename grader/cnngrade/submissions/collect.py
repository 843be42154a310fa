"""Finds the submissions of a class, and the week's files in each.

A submission is a folder or an archive named for its student. Inside, the week's folder may lie at the top, in `weekN/`,
or below a wrapping folder: the shallowest place that holds any of the week's files counts. What is not there as a module may
be in a notebook (`notebooks.py`).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cnngrade.cells import SUFFIX
from cnngrade.errors import UserError
from cnngrade.submissions.archives import (
    DEPTH,
    FILE_BYTES,
    SUFFIXES,
    Entry,
    Listing,
    SkippedError,
    UnreadableError,
    decode_name,
    file_listing,
    is_ignored,
    read_file,
    shown,
    tar_listing,
    zip_listing,
)
from cnngrade.submissions.notebooks import NOTEBOOK_BYTES, read_notebook

FILES = 200
TOTAL_BYTES = 8 * 1024**2
NOTES = 20
STUDENT_BYTES = 100

# At the top of a submission these would stand in for what the grader itself imports, so they are left out.
UNUSED = {"conftest", "sitecustomize", "usercustomize", "torch", "torchvision", "numpy", "PIL", "pytest", "cnngrade"}

READERS: dict[str, Callable[[Path], AbstractContextManager[Listing]]] = {
    ".zip": zip_listing,
    ".tar": tar_listing,
    ".tar.gz": tar_listing,
    ".tgz": tar_listing,
    SUFFIX: file_listing,
}
# Handed in by mistake: named as somebody's submission, rather than passed over as one of the staff's own files.
FOREIGN = (
    *(".py", ".pdf", ".docx", ".pt", ".pth"),
    *(".rar", ".7z", ".tar.bz2", ".tar.xz", ".tar.zst", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst"),
)

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
        """The digest of all names and contents, as 64 hexadecimal digits; the order of reading does not matter."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            for part in (name.encode(), content):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
        return digest.hexdigest()


def read_submission(path: Path, week: str, files: Sequence[str], student: str | None = None) -> Submission:
    """Reads a folder, .zip, .tar, .tar.gz, .tgz, or a single .ipynb.

    `files` are the names of the week's files; `student` is the id, taken from the path where None.
    What is wrong with the submission ends up in its `problem` and `notes`. Raises `UserError` only when there is no
    `path`.
    """
    try:
        path = path if path.name not in ("", "..") else path.resolve()
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise UserError(f"no such submission: {path}", "Give a folder, a .zip, a .tar.gz or an .ipynb") from error
    student = student or student_id(_stem(path.name))
    try:
        with _listing(target) as listing:
            return _read(listing, student, week, files)
    except UnreadableError as error:
        return Submission(student, {}, problem=f"The submission {error}")
    except PermissionError:
        return Submission(student, {}, problem="The submission cannot be read: permission denied")
    except Exception as error:  # whatever a crafted archive makes of its reader; the rest of the class is still graded
        return Submission(
            student,
            {},
            problem=f"The submission is broken and cannot be read ({shown(str(error) or type(error).__name__)})",
        )


def collect(folder: Path, week: str, files: Sequence[str], notes: list[str] | None = None) -> Iterator[Submission]:
    """Reads every submission in a folder, one at a time, in the order of their names; student ids are unique.

    Files that are nobody's submission (a roster, a README) are passed over, each with a line appended to `notes`.
    Raises `UserError` at once when the folder is missing, is no folder, holds no submission, or is itself one.
    """
    passed: list[str] = [] if notes is None else notes
    try:
        paths = sorted(path for path in folder.iterdir() if not is_ignored(path.name))
    except FileNotFoundError as error:
        raise UserError(f"no such folder: {folder}", "Give the folder that holds the submissions") from error
    except NotADirectoryError as error:
        raise UserError(
            f"{folder} is no folder", "Unpack it, and give the folder that holds the submissions"
        ) from error
    except OSError as error:
        raise UserError(f"{folder} cannot be read ({error.strerror})", "Check its permissions") from error
    for path in paths:
        own = (*files, f"{week}{SUFFIX}")
        inside = [path] if path.name in own else [path / name for name in own] if path.name == week else []
        if any(file.is_file() for file in inside):
            hint = "Give the folder that holds one sub-folder or archive per student"
            raise UserError(f"{folder} is itself a submission: {path.name} lies in it", hint)
    chosen = []
    for path in paths:
        if path.is_symlink() or _suffix(path.name) or path.name.lower().endswith(FOREIGN) or path.is_dir():
            chosen.append(path)
        else:
            kinds = "a folder, .zip, .tar.gz or .ipynb"
            passed.append(f"{shown(path.name)} is no submission ({kinds}) and was passed over")
    if not chosen:
        raise UserError(f"no submission in {folder}", "It should hold one sub-folder, .zip or .tar.gz per student")
    return (_collected(path, student, week, files) for path, student in zip(chosen, _unique(chosen), strict=True))


def _collected(path: Path, student: str, week: str, files: Sequence[str]) -> Submission:
    # A link in a folder of submissions may point at another student's work, or out of the folder.
    if path.is_symlink():
        submission = Submission(student, {}, problem="The submission is a link; links are not followed")
    else:
        try:
            submission = read_submission(path, week, files, student)
        except UserError as error:  # it was there a moment ago
            submission = Submission(student, {}, problem=error.message)
    if student != path.name and student != _stem(path.name):
        submission.notes.append(f"handed in as {shown(path.name)}, graded under the name {student}")
    return submission


def _suffix(name: str) -> str:
    return next((suffix for suffix in READERS if name.lower().endswith(suffix)), "")


def _stem(name: str) -> str:
    suffix = _suffix(name) or next((suffix for suffix in FOREIGN if name.lower().endswith(suffix)), "")
    return name.removesuffix(name[len(name) - len(suffix) :]) if suffix else name


def _clip(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


def student_id(name: str) -> str:
    """A student's id as a safe folder name on any system: at most 100 bytes, unicode kept.

    Where anything had to change, a digest of the original keeps ids apart that would otherwise become the same.
    """
    raw = os.fsencode(name)
    name = unicodedata.normalize("NFC", decode_name(raw) if _has_surrogates(name) else name)
    bad = ("Cc", "Cf", "Cs", "Zl", "Zp")
    safe = "".join("_" if char in '/\\<>:"|?*' or unicodedata.category(char) in bad else char for char in name)
    safe = re.sub(r"^[.\s]+|[.\s]+$", "_", safe)
    if safe.split(".")[0].casefold() in RESERVED:
        safe = f"_{safe}"
    if safe == name and name and len(safe.encode()) <= STUDENT_BYTES:
        return safe
    return f"{_clip(safe, STUDENT_BYTES - 9) or 'student'}-{hashlib.sha256(raw).hexdigest()[:8]}"


def _has_surrogates(name: str) -> bool:
    return any(unicodedata.category(char) == "Cs" for char in name)


def _unique(paths: Sequence[Path]) -> list[str]:
    """An id for each path; ids that differ only in case count as the same, since some file systems think so."""
    wanted = [student_id(path.name if path.is_dir() and not path.is_symlink() else _stem(path.name)) for path in paths]
    reserved = {name.casefold() for name in wanted}
    given: set[str] = set()
    ids = []
    for name in wanted:
        number = 2
        unique = name
        while unique.casefold() in given or (unique != name and unique.casefold() in reserved):
            unique = f"{_clip(name, STUDENT_BYTES - 6)}-{number}"
            number += 1
        given.add(unique.casefold())
        ids.append(unique)
    return ids


def _listing(path: Path) -> AbstractContextManager[Listing]:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        return folder_listing(path)
    if not stat.S_ISREG(mode):
        raise UnreadableError("is no folder and no regular file")
    suffix = _suffix(path.name)
    if not suffix:
        raise UnreadableError("is no folder, .zip, .tar.gz or .ipynb")
    return READERS[suffix](path)


@contextmanager
def folder_listing(folder: Path) -> Iterator[Listing]:
    """The files of a folder. Links are not followed, and nothing but regular files is ever opened."""
    listing = Listing()
    waiting = [(folder, "")]
    while waiting:
        where, prefix = waiting.pop()
        try:
            with os.scandir(where) as scan:
                found = sorted(scan, key=lambda item: item.name)
        except OSError as error:
            if not prefix:
                raise
            listing.skip(prefix, f"cannot be read: {error.strerror}")
            continue
        for item in found:
            listing.count()
            name = decode_name(os.fsencode(item.name)) if _has_surrogates(item.name) else item.name
            path = f"{prefix}/{unicodedata.normalize('NFC', name)}".lstrip("/")
            if is_ignored(path):
                continue
            if item.is_symlink():
                listing.skip(path, "is a link; links are not followed")
            elif item.is_dir(follow_symlinks=False):
                if path.count("/") + 1 <= DEPTH:
                    waiting.append((Path(item.path), path))
                else:
                    listing.skip(path, "lies too deep and was not read")
            elif "\\" in name:
                listing.skip(path, "has a backslash in its name and was not read")
            elif not item.is_file(follow_symlinks=False):
                listing.skip(path, "is no regular file and was not read")
            else:
                listing.add(path, item.stat(follow_symlinks=False).st_size, partial(read_file, Path(item.path)))
    yield listing


def _read(listing: Listing, student: str, week: str, files: Sequence[str]) -> Submission:
    """Reads what of a listing belongs to the week: its own files first, then the rest, until a limit is met."""
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
        if name in from_notebook:
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
    inside: dict[str, Entry], week: str, files: Sequence[str], notes: list[str]
) -> tuple[dict[str, bytes], str]:
    """What the week's notebook holds, where a module is not there as a file, and what keeps it from being read.

    Its entry, and those of other notebooks beside it, are taken out of `inside`.
    """
    names = sorted(name for name in inside if name.casefold().endswith(SUFFIX) and "/" not in name)
    if not names or all(name in inside for name in files):
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
    """The prefix ("" or "a/b/") of the week's folder: the shallowest that holds any of its files, or `weekN/`."""
    held = dict.fromkeys(sorted({path.rpartition("/")[0] for path in paths}), 0)
    any_module = any(path.rpartition("/")[2] in files for path in paths)
    for path in paths:
        folder, _, name = path.rpartition("/")
        held[folder] += name in files if any_module else name.casefold().endswith(SUFFIX)

    def rank(folder: str) -> tuple[bool, int, bool, int]:
        parts = folder.split("/") if folder else []
        named = bool(parts) and parts[-1].casefold() == week
        # weekN/ counts as lying where its parent does: before loose files beside it, but not before shallower ones.
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


def _chosen(inside: Mapping[str, Entry], files: Sequence[str], notes: list[str]) -> dict[str, Entry]:
    """What to read, in the order of the archive; a note for what is left out."""
    chosen: dict[str, Entry] = {}
    folded: dict[str, str] = {}  # what a file system that ignores case would call them
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
