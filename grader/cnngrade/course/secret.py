"""The secret of a course: what hidden inputs are drawn from, so that they cannot be computed from a public repository.

It lies in the file `secret` in the course's folder, which git ignores, and is made at its first use. Machines that are to give
the same grades share one: copy the file, or name one with `--secret-file` or the variable CNNGRADE_SECRET_FILE. With another
secret the same submission meets other inputs; its verdicts stay, and its report can differ in the numbers that it quotes.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cnngrade.course.location import Course
from cnngrade.errors import UserError

FILE = "secret"
VARIABLE = "CNNGRADE_SECRET_FILE"
_SHORTEST = 16  # characters: 64 bits where they are hexadecimal digits


def secret_of(course: Course, given: Path | None = None) -> bytes:
    """The secret in the file `given`, or that of the course, which is made where there is none.

    Raises `UserError` where the file cannot be read or written, or holds too little to be a secret.
    """
    path = given or course.root / FILE
    try:
        secret = path.read_bytes().strip()
    except FileNotFoundError:
        if given is not None:
            raise UserError(f"there is no {given}", "Name the file that holds the course's secret") from None
        return _made(path)
    except OSError as error:
        raise UserError(
            f"the secret {path} cannot be read: {error.strerror}", "Mend it, or give --secret-file"
        ) from None
    if len(secret) < _SHORTEST:
        raise UserError(
            f"{path} is too short for a secret: {len(secret)} characters, at least {_SHORTEST} are needed",
            "Remove it, and the next run makes a new one",
        )
    return secret


def _made(path: Path) -> bytes:
    secret = secrets.token_hex(32).encode()
    try:
        # Two runs that begin at once agree: the file appears whole, and the second one reads the first one's.
        scratch = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        scratch.touch(mode=0o600)
        scratch.write_bytes(secret + b"\n")
        try:
            os.link(scratch, path)
        except FileExistsError:
            return path.read_bytes().strip()
        finally:
            scratch.unlink()
    except OSError as error:
        raise UserError(
            f"the course's secret cannot be written to {path}: {error.strerror}",
            f"Give one with --secret-file or {VARIABLE}: a file with {_SHORTEST} random characters or more",
        ) from None
    return secret
