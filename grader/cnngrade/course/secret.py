"""Reads or makes the secret of a course, from which the hidden inputs are drawn.

Without the secret, hidden inputs cannot be computed from a public repository. It lies in the file `secret` in the
course's folder, which git ignores, and is made when it is first needed. Machines that must give the same grades share
one secret: copy the file, or name one with `--secret-file` or the variable CNNGRADE_SECRET_FILE. With another secret
the same submission gets other inputs. Its verdicts stay the same, but the numbers that its report quotes can differ.
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
    """Returns the secret in the file `given`, or the secret of the course, which is made if there is none.

    Raises `UserError` if the file cannot be read or written, or is too short to be a secret.
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
        # Two runs that begin at the same time must agree: the link makes the complete file appear at once, and the run
        # that comes second reads it.
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
