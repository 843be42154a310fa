"""A zip whose bytes depend on its files alone: same names and contents, same sha256, on every machine and at any time."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from cnngrade.records.files import write_file

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can state
_UNIX = 3


def packed(files: Mapping[str, bytes], executable: frozenset[str] = frozenset()) -> bytes:
    """A zip of `files` (POSIX path -> content), in the order of their names; not compressed, since zlibs differ."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if name in executable else 0o644)) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def write_whole(path: Path, content: bytes) -> str:
    """Writes a file whole or not at all, its folder too; returns its sha256. Raises `OutputError`."""
    write_file(path, lambda: content, "Name another folder with --to DIR")
    return hashlib.sha256(content).hexdigest()
