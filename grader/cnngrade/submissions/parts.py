"""Lists the contents of a folder, an archive or several loose files as one submission.

If a folder holds none of the week's files, the archives in it are opened, because platforms wrap what a student has
packed. Archives inside archives are not opened.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from cnngrade.encodings import shown
from cnngrade.notebooks.cells import SUFFIX
from cnngrade.submissions.archives import (
    DEPTH,
    Listing,
    UnreadableError,
    decode_name,
    file_listing,
    has_surrogates,
    is_ignored,
    read_file,
    tar_listing,
    zip_listing,
)

READERS: dict[str, Callable[[Path], AbstractContextManager[Listing]]] = {
    ".zip": zip_listing,
    ".tar": tar_listing,
    ".tar.gz": tar_listing,
    ".tgz": tar_listing,
    SUFFIX: file_listing,
}
# Kinds of files that students hand in by mistake. They are reported as submissions, not skipped like files of the staff.
FOREIGN = (
    *(".py", ".pdf", ".docx", ".pt", ".pth"),
    *(".rar", ".7z", ".tar.bz2", ".tar.xz", ".tar.zst", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst"),
)
_PACKED = 10  # archives of one folder that are opened


@dataclass(frozen=True)
class Part:
    """A folder or an archive, or (`loose`) one file of several. `name` is the name that its author gave."""

    path: Path
    name: str
    loose: bool = False


def suffix_of(name: str) -> str:
    """Returns the suffix of an archive that can be read, or ""."""
    return next((suffix for suffix in READERS if name.lower().endswith(suffix)), "")


def stem_of(name: str) -> str:
    """Returns a file's name without the suffix of its kind."""
    suffix = suffix_of(name) or next((suffix for suffix in FOREIGN if name.lower().endswith(suffix)), "")
    return name[: len(name) - len(suffix)]


@contextmanager
def parts_listing(parts: Sequence[Part], files: Collection[str]) -> Iterator[Listing]:
    """Lists the files of all parts together. Raises `UnreadableError`.

    `files` are the names of the week's files.
    """
    with ExitStack() as stack:
        if len(parts) == 1 and not (parts[0].loose and not suffix_of(parts[0].path.name)):
            listing = stack.enter_context(_listing(parts[0].path))
        else:
            listing = Listing()
            for part in parts:
                _add(listing, part, stack)
        if parts[0].path.is_dir() and not _holds(listing, files):
            _unpack(listing, parts[0].path, stack)
        yield listing


def _holds(listing: Listing, files: Collection[str]) -> bool:
    return any(path.rpartition("/")[2] in files for path in listing.entries)


def _add(listing: Listing, part: Part, stack: ExitStack) -> None:
    """Adds one of several parts to the listing."""
    name = unicodedata.normalize("NFC", part.name).replace("/", "_").replace("\\", "_")
    if not part.loose or suffix_of(part.path.name):
        _merge(listing, part.path, _safe(name if part.path.is_dir() else stem_of(name)), stack)
    elif not stat.S_ISREG(part.path.lstat().st_mode):
        listing.skip(name, "is no regular file and was not read")
    else:
        listing.add(name, part.path.lstat().st_size, partial(read_file, part.path))


def _unpack(listing: Listing, folder: Path, stack: ExitStack) -> None:
    """Opens the archives in a folder that holds no file of the week itself."""
    packed = [name for name in listing.others if suffix_of(name)]
    for name in packed[:_PACKED]:
        listing.others.remove(name)
        where, _, last = name.rpartition("/")
        _merge(
            listing,
            folder / name,
            "/".join([*map(_safe, where.split("/") if where else []), _safe(stem_of(last))]),
            stack,
        )
    if len(packed) > _PACKED:
        listing.notes.append(f"only {_PACKED} of its {len(packed)} archives were looked into")


def _safe(name: str) -> str:
    """Returns the name that a student chose as a safe folder name, which never leads to another place."""
    bad = ("Cc", "Cf", "Cs")
    safe = "".join("_" if char in "/\\" or unicodedata.category(char) in bad else char for char in name)
    return safe.strip(". ").encode()[:100].decode(errors="ignore") or "archive"


def _merge(listing: Listing, path: Path, prefix: str, stack: ExitStack) -> None:
    """Adds the contents of a folder or an archive, below `prefix`. Notes a remark if it cannot be read."""
    try:
        inner = stack.enter_context(_listing(path))
    except UnreadableError as error:
        listing.notes.append(f"{shown(path.name)} {error}")
        return
    except Exception as error:  # a crafted archive may cause any error
        listing.notes.append(f"{shown(path.name)} is broken and cannot be read ({shown(str(error))})")
        return
    listing.notes += inner.notes
    listing.others += [f"{prefix}/{name}" for name in inner.others]
    for name, entry in inner.entries.items():
        listing.entries.setdefault(f"{prefix}/{name}", replace(entry, path=f"{prefix}/{name}"))
    for _ in range(inner.seen):
        listing.count()


def _listing(path: Path) -> AbstractContextManager[Listing]:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        return folder_listing(path)
    if not stat.S_ISREG(mode):
        raise UnreadableError("is no folder and no regular file")
    suffix = suffix_of(path.name)
    if not suffix:
        raise UnreadableError("is no folder, .zip, .tar.gz or .ipynb")
    return READERS[suffix](path)


@contextmanager
def folder_listing(folder: Path) -> Iterator[Listing]:
    """Lists the files of a folder. Links are not followed, and only regular files are opened."""
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
            name = decode_name(os.fsencode(item.name)) if has_surrogates(item.name) else item.name
            path = f"{prefix}/{unicodedata.normalize('NFC', name)}".lstrip("/")
            if is_ignored(path):
                continue
            try:
                size = item.stat(follow_symlinks=False).st_size
            except OSError as error:  # the folder may be listed but not entered
                listing.skip(path, f"cannot be read: {error.strerror}")
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
                listing.add(path, size, partial(read_file, Path(item.path)))
    yield listing
