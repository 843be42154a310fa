"""Lists what an archive holds, and reads single files of it, within limits that hold while reading.

`zip_listing` and `tar_listing` give the same `Listing` that a folder gives (`collect.py`). No size that an archive
states is believed: every read is bounded, and stops.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, cast

from cnngrade.encodings import FILE_BYTES, shown
from cnngrade.errors import SkippedError

FIGURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".pdf")
SUFFIXES = (".py", ".md", ".txt", ".ipynb", ".json", ".toml", ".csv")
DEPTH = 6  # folders above a file
ENTRIES = 50_000  # of any kind, in one submission
UNPACKED_BYTES = 512 * 1024**2  # an archive that unpacks to more is not read at all
DIRECTORY_BYTES = 4 * 1024**2  # a zip's table of contents, which zipfile reads in one piece
HEADER_BYTES = 16 * 1024  # a tar's long names and extended headers, which tarfile reads (and parses) in one piece
SECONDS = 20.0  # for all of a tar
CHUNK = 16 * 1024
IGNORED = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}


class UnreadableError(Exception):
    """The whole submission cannot be read; the text completes the sentence "The submission ..."."""


@dataclass(frozen=True)
class Entry:
    """A regular file of a kind that is read: its size as stated, and how to read it.

    `read(limit)` gives at most `limit` bytes, and raises `SkippedError` when there are more or when it fails.
    """

    path: str  # POSIX, relative, clean
    size: int
    read: Callable[[int], bytes]


@dataclass
class Listing:
    """The files of a submission by clean path, in the order of the archive, and what was left out."""

    entries: dict[str, Entry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # files of kinds that are not read
    seen: int = 0

    def add(self, path: str, size: int, read: Callable[[int], bytes]) -> None:
        """Takes a regular file in, or notes why not; `path` comes from `clean_path`."""
        if not path or is_ignored(path):
            return
        if path.casefold().endswith(FIGURES):
            return  # the handout's figures, which `start` puts there, and pictures of the student's own
        if not path.casefold().endswith(SUFFIXES):
            self.others.append(path)
        elif path.count("/") > DEPTH:
            self.skip(path, f"lies more than {DEPTH} folders deep and was not read")
        elif any(unicodedata.category(char) in ("Cc", "Cs") for char in path):
            self.skip(path, "has control characters in its name and was not read")
        elif any(len(part.encode()) > 200 for part in path.split("/")):
            self.skip(path, "has too long a name and was not read")
        else:
            if path in self.entries:
                self.notes.append(f"{shown(path)} is in the archive more than once; the last one counts")
                del self.entries[path]  # so that the order stays that of the archive
            self.entries[path] = Entry(path, size, read)

    def skip(self, path: str, why: str) -> None:
        """Notes that a file is left out, unless nobody would miss it."""
        if path and not is_ignored(path):
            self.notes.append(f"{shown(path)} {why}")

    def count(self) -> None:
        """Counts one entry of any kind; raises `UnreadableError` when there are too many."""
        self.seen += 1
        if self.seen > ENTRIES:
            raise UnreadableError(f"holds more than {ENTRIES:,} files")


def is_ignored(path: str) -> bool:
    """Whether a path is hidden, or left behind by a tool."""
    return any(part.startswith(".") or part in IGNORED for part in path.split("/"))


def plain_text(name: str) -> str:
    """A name as it may be stored and printed: at most 200 characters, none that is no text or moves a line."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name[:200])


def decode_name(raw: bytes) -> str:
    """A file name whose encoding is not stated: UTF-8, else GBK if all of it looks so, else CP437 (zip)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("gbk")
    except UnicodeDecodeError:
        return raw.decode("cp437")
    # CP437's accented letters are bytes from 0x80 to 0xA5, rare characters in GBK; its common hanzi start at 0xB0.
    pairs = [char.encode("gbk") for char in text if ord(char) > 127]
    likely = all(pair[0] >= 0xB0 or min(pair) >= 0xA1 for pair in pairs)
    return text if likely else raw.decode("cp437")


def has_surrogates(name: str) -> bool:
    """Whether a name from the disk has bytes that are no text in the file system's encoding."""
    return any(unicodedata.category(char) == "Cs" for char in name)


def clean_path(name: str) -> str:
    """A member's name as a relative POSIX path in NFC, "" for the top.

    Raises `UnreadableError` for an absolute path, or one with ".." in it.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    drive = (
        bool(parts) and len(parts[0]) >= 2 and parts[0][1] == ":" and parts[0][0].isascii() and parts[0][0].isalpha()
    )
    if name.startswith("/") or drive or ".." in parts:
        raise UnreadableError(f"holds a path that climbs out of its folder: {shown(name)}")
    return "/".join(parts)


class CappedFile(io.FileIO):
    """A regular file of which no single read takes more than `most` bytes: what bounds a reader's memory.

    Opening follows no link and never waits (a fifo would block); raises `OSError` for anything but a regular file.
    """

    def __init__(self, path: Path, most: int) -> None:
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
            flags |= getattr(os, name, 0)
        descriptor = os.open(path, flags)
        super().__init__(descriptor)
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            self.close()
            raise OSError("not a regular file")
        self.length = facts.st_size
        self.most = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads as `io.FileIO` does; raises `UnreadableError` for more than `most` bytes at once."""
        left = max(0, self.length - self.tell())
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > self.most:
            raise UnreadableError(f"holds more than {ENTRIES:,} files, or a broken table of contents")
        return super().read(wanted) or b""


def read_chunks(stream: IO[bytes], limit: int) -> bytes:
    """At most `limit` bytes, never more in memory; raises `SkippedError` when the stream holds more."""
    chunks: list[bytes] = []
    total = 0
    while chunk := stream.read(CHUNK):
        total += len(chunk)
        if total > limit:
            raise SkippedError("is too large and was not read")
        chunks.append(chunk)
    return b"".join(chunks)


@contextmanager
def zip_listing(path: Path) -> Iterator[Listing]:
    """The files of a zip; readable until the block ends. Raises `UnreadableError`."""
    with CappedFile(path, DIRECTORY_BYTES) as file, zipfile.ZipFile(file) as archive:
        listing = Listing()
        unpacked = 0
        for info in archive.infolist():
            listing.count()
            unpacked += info.file_size
            name = info.orig_filename
            # Bit 11 says UTF-8; without it zipfile decodes as CP437, which loses nothing.
            clean = clean_path(name if info.flag_bits & 0x800 else decode_name(name.encode("cp437", "replace")))
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir() or kind == stat.S_IFDIR or name.endswith("\\"):
                continue
            if kind == stat.S_IFLNK:
                listing.skip(clean, "is a link; links are not followed")
            elif kind not in (0, stat.S_IFREG):
                listing.skip(clean, "is no regular file and was not read")
            else:
                listing.add(clean, info.file_size, partial(_read_zip, archive, info))
        if unpacked > UNPACKED_BYTES:
            raise UnreadableError(
                f"unpacks to {unpacked / 1024**2:,.0f} MB; at most {UNPACKED_BYTES // 1024**2} MB are read"
            )
        yield listing


def _read_zip(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.flag_bits & 0x1:
        raise SkippedError("is encrypted; hand it in without a password")
    # Only these two are inflated piece by piece: zipfile inflates bzip2 and lzma whole, however large they become.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SkippedError("is compressed by a method that is not read; use ordinary zip compression")
    try:
        with archive.open(info) as stream:
            return read_chunks(stream, limit)
    except SkippedError:
        raise
    except Exception as error:  # BadZipFile, zlib.error, EOFError, struct.error, ... : the member is at fault, not we
        raise SkippedError(f"is damaged in the zip ({shown(str(error))})") from error


class _Stream:
    """What tarfile reads from: bounded reads, a bounded length after inflating, and a deadline."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.deadline = time.monotonic() + SECONDS

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= HEADER_BYTES:
            raise UnreadableError("has a broken header")
        if time.monotonic() > self.deadline:
            raise UnreadableError(f"takes more than {SECONDS:.0f} s to read")
        self._check(self.raw.tell() + size)
        return self.raw.read(size)

    def seek(self, position: int) -> int:
        self._check(position)
        return self.raw.seek(position)

    def tell(self) -> int:
        return self.raw.tell()

    def _check(self, position: int) -> None:
        if position < 0:
            raise UnreadableError("has a broken header")
        if position > UNPACKED_BYTES:
            raise UnreadableError(f"unpacks to more than {UNPACKED_BYTES // 1024**2} MB")


@contextmanager
def tar_listing(path: Path) -> Iterator[Listing]:
    """The files of a tar, compressed by gzip or not; readable until the block ends. Raises `UnreadableError`."""
    with CappedFile(path, DIRECTORY_BYTES) as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        # tarfile needs read, seek and tell of its file, nothing else.
        stream = cast("IO[bytes]", _Stream(cast("IO[bytes]", gzip.GzipFile(fileobj=file) if packed else file)))
        with tarfile.open(fileobj=stream, mode="r:", errors="surrogateescape", encoding="utf-8") as archive:
            listing = Listing()
            for member in archive:
                listing.count()
                if member.size < 0:
                    raise UnreadableError("has a broken header")
                clean = clean_path(decode_name(member.name.encode("utf-8", "surrogateescape")))
                if member.isdir():
                    continue
                if member.issym() or member.islnk():
                    listing.skip(clean, "is a link; links are not followed")
                elif not member.isreg() or member.sparse is not None:
                    listing.skip(clean, "is no regular file and was not read")
                else:
                    listing.add(clean, member.size, partial(_read_tar, archive, member))
            yield listing


@contextmanager
def file_listing(path: Path) -> Iterator[Listing]:
    """A single file, as if it lay in a folder of its own."""
    listing = Listing()
    listing.add(clean_path(path.name), path.lstat().st_size, partial(read_file, path))
    yield listing


def read_file(path: Path, limit: int) -> bytes:
    """What a file on the disk holds; raises `SkippedError` for more than `limit` bytes, or what is no regular file."""
    try:
        with CappedFile(path, FILE_BYTES) as stream:
            return read_chunks(stream, limit)
    except OSError as error:
        raise SkippedError(f"cannot be read: {error.strerror or error}") from error


def _read_tar(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    if member.size > limit:  # no header can make the data longer than this
        raise SkippedError("is too large and was not read")
    stream = archive.extractfile(member)
    if stream is None:
        raise SkippedError("is no regular file and was not read")
    with stream:
        return read_chunks(stream, limit)
