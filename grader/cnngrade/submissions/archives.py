"""Lists the contents of an archive, and reads single files from it, within limits that are checked while reading.

`zip_listing` and `tar_listing` give the same `Listing` that a folder gives (`parts.py`). The sizes that an archive
states are not trusted: every read has a limit.
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
SECONDS = 20.0  # to read a whole tar
CHUNK = 16 * 1024
IGNORED = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}


class UnreadableError(Exception):
    """The whole submission cannot be read. The text completes the sentence "The submission ..."."""


@dataclass(frozen=True)
class FileEntry:
    """A regular file of a kind that is read: its size as stated, and how to read it.

    `read(limit)` returns at most `limit` bytes. It raises `SkippedError` if there are more, or if reading fails.
    """

    path: str  # POSIX, relative, clean
    size: int
    read: Callable[[int], bytes]


@dataclass
class Listing:
    """The files of a submission by clean path, in the order of the archive, and what was left out."""

    entries: dict[str, FileEntry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # files of kinds that are not read
    seen: int = 0

    def add(self, path: str, size: int, read: Callable[[int], bytes]) -> None:
        """Adds a regular file, or notes why it is left out. `path` comes from `clean_path`."""
        if not path or is_ignored(path):
            return
        if path.casefold().endswith(FIGURES):
            return  # the handout's figures, which `start` copies there, and the student's own pictures
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
            self.entries[path] = FileEntry(path, size, read)

    def skip(self, path: str, why: str) -> None:
        """Notes that a file is left out, except for files that a tool has left behind."""
        if path and not is_ignored(path):
            self.notes.append(f"{shown(path)} {why}")

    def count(self) -> None:
        """Counts one entry of any kind. Raises `UnreadableError` if there are too many."""
        self.seen += 1
        if self.seen > ENTRIES:
            raise UnreadableError(f"holds more than {ENTRIES:,} files")


def is_ignored(path: str) -> bool:
    """Whether a path is hidden, or left behind by a tool."""
    return any(part.startswith(".") or part in IGNORED for part in path.split("/"))


def plain_text(name: str) -> str:
    """Returns a name that can be stored and printed: at most 200 characters, without control characters."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name[:200])


def decode_name(raw: bytes) -> str:
    """Decodes a file name of unknown encoding. Returns it as UTF-8, else as GBK if it looks like GBK, else as CP437 (zip)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("gbk")
    except UnicodeDecodeError:
        return raw.decode("cp437")
    # CP437's accented letters are bytes from 0x80 to 0xA5. In GBK these begin rare characters, the common ones start at 0xB0.
    pairs = [char.encode("gbk") for char in text if ord(char) > 127]
    likely = all(pair[0] >= 0xB0 or min(pair) >= 0xA1 for pair in pairs)
    return text if likely else raw.decode("cp437")


def has_surrogates(name: str) -> bool:
    """Whether a name from the disk has bytes that cannot be decoded in the file system's encoding."""
    return any(unicodedata.category(char) == "Cs" for char in name)


def clean_path(name: str) -> str:
    """Returns a member's name as a relative POSIX path in NFC. The top folder is "".

    Raises `UnreadableError` for an absolute path, or a path with ".." in it.
    """
    # macOS stores accented letters as two characters, and some Windows tools separate folders by backslashes.
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    # Windows reads `C:` as a drive, so a path that begins with it is absolute there.
    drive = (
        bool(parts) and len(parts[0]) >= 2 and parts[0][1] == ":" and parts[0][0].isascii() and parts[0][0].isalpha()
    )
    if name.startswith("/") or drive or ".." in parts:
        raise UnreadableError(f"holds a path that climbs out of its folder: {shown(name)}")
    return "/".join(parts)


class CappedFile(io.FileIO):
    """A regular file that never gives more than `most` bytes in one read, which limits the memory of its reader.

    Opening follows no link and never waits (a fifo would block). Raises `OSError` for anything but a regular file.
    """

    def __init__(self, path: Path, most: int) -> None:
        flags = os.O_RDONLY
        # Some systems lack some of these flags.
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"):
            flags |= getattr(os, name, 0)
        descriptor = os.open(path, flags)
        super().__init__(descriptor)
        facts = os.fstat(descriptor)  # of the open file, since the path could lead to another file by now
        if not stat.S_ISREG(facts.st_mode):
            self.close()
            raise OSError("not a regular file")
        self.length = facts.st_size
        self.most = most

    def read(self, size: int | None = -1, /) -> bytes:
        """Reads as `io.FileIO` does. Raises `UnreadableError` for more than `most` bytes at once."""
        left = max(0, self.length - self.tell())
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > self.most:
            raise UnreadableError(f"holds more than {ENTRIES:,} files, or a broken table of contents")
        return super().read(wanted) or b""


def read_chunks(stream: IO[bytes], limit: int) -> bytes:
    """Returns the whole content of a stream. Raises `SkippedError` if it is longer than `limit` bytes.

    No more than `limit` bytes and one chunk are held in memory.
    """
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
    """Lists the files of a zip, which can be read until the block ends. Raises `UnreadableError`."""
    with CappedFile(path, DIRECTORY_BYTES) as file, zipfile.ZipFile(file) as archive:
        listing = Listing()
        unpacked = 0
        for info in archive.infolist():
            listing.count()
            unpacked += info.file_size
            name = info.orig_filename
            # Bit 11 says UTF-8. Without it zipfile decodes as CP437, which loses no byte, so the name can be decoded again.
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
    # Only these two are inflated in pieces. zipfile inflates bzip2 and lzma as a whole, which could fill the memory.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SkippedError("is compressed by a method that is not read; use ordinary zip compression")
    try:
        with archive.open(info) as stream:
            return read_chunks(stream, limit)
    except SkippedError:
        raise
    except Exception as error:  # BadZipFile, zlib.error, EOFError, struct.error, ...: the fault is in the archive
        raise SkippedError(f"is damaged in the zip ({shown(str(error))})") from error


class _Stream:
    """A file for tarfile with limited reads, a limited length after inflating, and a deadline."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.deadline = time.monotonic() + SECONDS

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= HEADER_BYTES:
            raise UnreadableError("has a broken header")
        if time.monotonic() > self.deadline:
            raise UnreadableError(f"takes more than {SECONDS:.0f} s to read")
        self._check(self.raw.tell() + size)  # before reading, so that no gzip bomb is inflated
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
    """Lists the files of a tar, compressed by gzip or not, which can be read until the block ends. Raises `UnreadableError`."""
    with CappedFile(path, DIRECTORY_BYTES) as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        # tarfile calls only read, seek and tell of its file.
        stream = cast("IO[bytes]", _Stream(cast("IO[bytes]", gzip.GzipFile(fileobj=file) if packed else file)))
        with tarfile.open(fileobj=stream, mode="r:", errors="surrogateescape", encoding="utf-8") as archive:
            listing = Listing()
            for member in archive:  # reads headers one by one, so that the limits stop it early
                listing.count()
                if member.size < 0:  # tar stores sizes in a form that can be negative
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
    """Lists a single file, as if it were alone in a folder."""
    listing = Listing()
    listing.add(clean_path(path.name), path.lstat().st_size, partial(read_file, path))
    yield listing


def read_file(path: Path, limit: int) -> bytes:
    """Returns the content of a file on the disk.

    Raises `SkippedError` for more than `limit` bytes, or if it is not a regular file.
    """
    try:
        with CappedFile(path, FILE_BYTES) as stream:
            return read_chunks(stream, limit)
    except OSError as error:
        raise SkippedError(f"cannot be read: {error.strerror or error}") from error


def _read_tar(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    if member.size > limit:  # tarfile never reads more data than this size states
        raise SkippedError("is too large and was not read")
    stream = archive.extractfile(member)
    if stream is None:
        raise SkippedError("is no regular file and was not read")
    with stream:
        return read_chunks(stream, limit)
