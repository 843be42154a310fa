"""Reads submission_metadata.yml, in which Gradescope's export describes each submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cnngrade.errors import UserError
from cnngrade.records.moments import UnclearMomentError, moment

METADATA = "submission_metadata.yml"
_MOST_BYTES = 200 * 1024**2
_AGAIN = "Export the submissions again, or say --layout plain"


@dataclass(frozen=True)
class Record:
    """The submission of one student: its folder, the student, and the time."""

    folder: str
    student: str
    name: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    handed_in: datetime | None = None


def read_metadata(path: Path) -> list[Record]:
    """Reads the metadata of an export. Returns a record for each student of each submission.

    Raises `UserError` with a line that says what is wrong.
    """
    import yaml

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UserError(f"{path} is larger than 200 MB", _AGAIN)
        with path.open("rb") as file:
            data = yaml.load(file, _loader())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "Check its permissions") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UserError(f"{path}:{line}: is no YAML ({error.problem})", _AGAIN) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UserError(f"{path} is no YAML ({str(error).splitlines()[0]})", _AGAIN) from None
    if not isinstance(data, dict):
        raise UserError(f"{path} lists no submissions", _AGAIN)
    return [record for folder, facts in data.items() for record in _records(path, str(folder), facts)]


def _records(path: Path, folder: str, facts: object) -> list[Record]:
    if not isinstance(facts, dict) or "/" in folder or folder in ("", ".", ".."):
        raise UserError(f"{path}: {folder!r} is no submission of Gradescope's", _AGAIN)
    submitters = facts.get(":submitters")
    people = [each for each in submitters if isinstance(each, dict)] if isinstance(submitters, list) else []
    handed_in = _time(path, folder, facts.get(":created_at"))
    return [_record(folder, person, handed_in) for person in people] or [Record(folder, folder, handed_in=handed_in)]


def _record(folder: str, person: Mapping[str, Any], handed_in: datetime | None) -> Record:
    name, sid, email = (str(person.get(key) or "").strip() for key in (":name", ":sid", ":email"))
    keys = {kind: value for kind, value in (("sid", sid), ("email", email)) if value}
    return Record(folder, sid or email or name or folder, name, keys | {"gradescope": folder}, handed_in)


def _time(path: Path, folder: str, value: object) -> datetime | None:
    if isinstance(value, dict):  # a Ruby object of a time and its zone
        value = value.get("utc")
    if isinstance(value, str):
        try:
            return moment(value, UTC)
        except UnclearMomentError as error:
            raise UserError(f"{path}: {folder}: :created_at {value!r} {error}", _AGAIN) from None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)  # YAML timestamps without an offset are in UTC
    return None


@cache
def _loader() -> Any:
    """Returns a loader that makes plain values of everything, including values that Ruby has marked as objects."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """A safe loader, which constructs no object."""

    def plain(loader: Any, _: str, node: Any) -> object:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("!", plain)
    return Loader
