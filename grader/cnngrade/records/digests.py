"""Digests: by what files, texts and answers are known to be the same as before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def digest_of_files(files: Iterable[tuple[str, bytes]]) -> str:
    """Digests files by name and content, in the order given. Returns 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def digest_of_parts(parts: Iterable[bytes]) -> str:
    """Digests parts, told apart by their lengths, in the order given. Returns 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def digest_of_text(text: str) -> str:
    """Digests one text, also one that is no Unicode. Returns 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Yields the files of a folder and of those in it, but for caches and what editors and git hide there."""
    for path in folder.rglob("*"):
        passing = any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
        if path.is_file() and not passing:
            yield path
