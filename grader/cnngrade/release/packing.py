"""Packs a zip whose bytes depend only on its files: equal names and contents give the same sha256, on every machine."""

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
    """Returns a zip of `files` (POSIX path -> content), in the order of their names.

    It is not compressed, because different versions of zlib give different bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if name in executable else 0o644)) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def write_whole(path: Path, content: bytes) -> str:
    """Writes the complete file or nothing, and makes its folder. Returns its sha256. Raises `OutputError`."""
    write_file(path, lambda: content, "Name another folder with --to DIR")
    return hashlib.sha256(content).hexdigest()
