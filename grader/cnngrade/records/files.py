"""Writes files so that a reader sees all of one or none of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from cnngrade.errors import OutputError


def replace_file(path: Path, content: bytes, mode: int | None = None) -> None:
    """Writes a file whole or not at all, its folder too. Raises `OSError`.

    `mode` are its permissions, where they are not to follow from the user's umask.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        new.write_bytes(content)
        if mode is not None:
            new.chmod(mode)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def write_file(path: Path, content: Callable[[], bytes], if_no_folder: str) -> None:
    """Writes a file whole or not at all, its folder too. Raises `OutputError`.

    `if_no_folder` says what to do where a file stands in place of the folder.
    """
    try:
        replace_file(path, content())
    except FileExistsError:
        raise OutputError(f"{path.parent} is a file, not a folder", if_no_folder) from None
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}", "Name a folder of yours with --to DIR") from error
