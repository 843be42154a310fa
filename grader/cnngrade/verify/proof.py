"""A stored proof that a week's suites are right: what `cnngrade verify --json` has written, tied to the files it judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cnngrade
from cnngrade.course.location import Course, Week
from cnngrade.errors import UserError
from cnngrade.records.digests import digest_of_files, files_below
from cnngrade.verify.week import SAMPLES


def judged_sha256(course: Course, week: Week) -> str:
    """The digest of all that a proof speaks of: the week, its starter, its reference, its samples, by name and content."""
    folders = (week.folder, week.starter, course.root / "solutions" / week.name, course.root / SAMPLES / week.name)
    paths = (path for folder in folders for path in sorted(files_below(folder)) if not path.is_symlink())
    return digest_of_files((path.relative_to(course.root).as_posix(), path.read_bytes()) for path in paths)


def check_proof(path: Path, course: Course, week: Week) -> None:
    """Raises `UserError` unless the file says that these very files of the week were verified, and that all of it holds."""
    again = f"Write it again: cnngrade verify {week.name} --json > {path}"
    try:
        content = json.loads(path.read_bytes())
        proofs = [each for each in content["weeks"] if each["week"] == week.name]
        complaint = _complaint(proofs[-1], course, week) if proofs else f"says nothing of {week.name}"
    except OSError as error:
        raise UserError(f"the proof {path} cannot be read: {error.strerror}", again) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(f"{path} is not what `cnngrade verify --json` writes", again) from None
    if complaint:
        raise UserError(f"the proof {path} {complaint}", again)


def _complaint(proof: dict[str, Any], course: Course, week: Week) -> str:
    if proof.get("holds") is not True:
        return f"says that not all of {week.name} holds"
    if proof.get("cnngrade") != cnngrade.__version__:
        return f"was written by another version than this one, {cnngrade.__version__}"
    if proof.get("sha256") != judged_sha256(course, week):
        return f"is of other files than {week.name} has now"
    judged = {task.get("id") for task in proof.get("tasks", [])}
    if left_out := [task.id for task in week.tasks if not task.data and task.id not in judged]:
        return f"leaves out {', '.join(left_out)}"
    return ""
