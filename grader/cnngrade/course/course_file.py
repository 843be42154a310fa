"""Reads the TOML files of a course strictly, and reports each error with its line.

`CourseFile` reads one file and collects all that is wrong with it. `key_lines` finds the line of each key.
"""

from __future__ import annotations

import bisect
import json
import re
import tomllib
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cnngrade.errors import Problem, did_you_mean

Loc = tuple[str | int, ...]
"""The path to a value in a TOML document: `("task", 3, "points")`."""


class Table(BaseModel):
    """A table of a course file. Unknown keys are errors, and types are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=Table)
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Prose = Annotated[str, Field(pattern=r"\S")]
Points = Annotated[float, Field(ge=0)]
Schema = Annotated[Literal[1], Field(alias="schema")]


class CourseFile:
    """One TOML file of a course. If it cannot be read, `data` is empty and `problems` says why."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.data: dict[str, Any] = {}
        self._lines: dict[Loc, int] = {}
        self.readable = self._read()

    def _read(self) -> bool:
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return self._unreadable(0, "the file is missing")
        except OSError as error:
            return self._unreadable(0, f"cannot be read: {error.strerror}")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            return self._unreadable(raw.count(b"\n", 0, error.start) + 1, "is not UTF-8: save it as UTF-8")
        try:
            self.data = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            message = str(error) or "nested too deeply"
            stated = re.search(r" \(at line (\d+), column \d+\)$", message)
            line = int(stated[1]) if stated else len(text.splitlines())
            return self._unreadable(line, f"is not TOML: {message[: stated.start()] if stated else message}")
        self._lines = key_lines(text)
        return True

    def _unreadable(self, line: int, message: str) -> bool:
        self.problems.append(Problem(self.path, line, message))
        return False

    def line(self, loc: Loc) -> int:
        """Returns the line, from 1, of a value or of the innermost table around it.

        0 stands for the whole file.
        """
        while loc and loc not in self._lines:
            loc = loc[:-1]
        return self._lines.get(loc, 0)

    def wrong(self, loc: Loc, message: str) -> None:
        """Notes a problem at a place."""
        self.problems.append(Problem(self.path, self.line(loc), message))

    def validated(self, model: type[Model], context: dict[str, Any] | None = None) -> Model | None:
        """Returns the data of the file as `model`. Returns None after noting every error."""
        if not self.readable:
            return None
        try:
            return model.model_validate(self.data, context=context)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.wrong(detail["loc"], _in_words(model, dict(detail)))
            return None

    def forbid_twins(self, loc: Loc, key: str | None = None, where: dict[str, Any] | None = None) -> None:
        """Notes each item of the list at `loc` that repeats an earlier one. Tables are compared by `key`.

        `where` is the table that holds the list (by default the root of the file). Values that are not a list, or not a
        string, are left to `validated`.
        """
        items = (self.data if where is None else where).get(str(loc[-1]))
        first: dict[str, int] = {}
        for number, item in enumerate(items if isinstance(items, list) else ()):
            at = (*loc, number) if key is None else (*loc, number, key)
            name = item if key is None else item.get(key) if isinstance(item, dict) else None
            if not isinstance(name, str):
                continue
            if name in first:
                what = str(at[-1]) if key else str(loc[-1])
                self.wrong(at, f"{what}: {name!r} is already on line {first[name]}")
            else:
                first[name] = self.line(at)


def tables(value: object) -> list[dict[str, Any]]:
    """Returns the tables of an array of tables. An empty table stands for each item that is not a table."""
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def points(value: object) -> list[float] | None:
    """Returns the points of the tables of an array.

    Returns None if one of them states no points, because then a sum means nothing.
    """
    stated = [table.get("points") for table in tables(value)]
    numbers = [each for each in stated if isinstance(each, int | float) and not isinstance(each, bool) and each >= 0]
    return numbers if len(numbers) == len(stated) else None


def _in_words(model: type[BaseModel], error: dict[str, Any]) -> str:
    """Returns one line for one error of pydantic."""
    loc: Loc = error["loc"]
    key = next((part for part in reversed(loc) if isinstance(part, str)), "")
    match error["type"]:
        case "extra_forbidden":
            known = _keys_beside(model, loc)
            return f"unknown key {key!r}. {did_you_mean(key, known) or 'Known: ' + ', '.join(known)}"
        case "missing":
            return f"{key!r} is missing"
        case "literal_error":
            expected = error["ctx"]["expected"]
            near = did_you_mean(str(error["input"]), re.findall(r"'([^']*)'", expected))
            return f"{key}: {_short(error['input'])} is unknown; it can be {expected}. {near}".rstrip(". ")
        case "value_error":
            return f"{key}: {error['ctx']['error']}"
        case "string_pattern_mismatch" if error["ctx"]["pattern"] == r"\S":
            return f"{key}: must not be empty"
        case "string_pattern_mismatch":
            return f"{key}: should be lower-case words joined by hyphens, got {_short(error['input'])}"
        case "model_type":
            return f"{key}: should be a table, got {_short(error['input'])}"
        case _:
            rule = re.sub("^(Input|List) ", "", error["msg"]).replace("valid list", "list")
            return f"{key}: {rule}, got {_short(error['input'])}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _keys_beside(model: type[BaseModel], loc: Loc) -> list[str]:
    """Returns the keys that the table around `loc` may have."""
    for part in loc[:-1]:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            nested = [each for each in (annotation, *typing.get_args(annotation)) if isinstance(each, type)]
            model = next(each for each in nested if issubclass(each, BaseModel))
    return [field.alias or name for name, field in model.model_fields.items()]


# --- the line of every key -------------------------------------------------------------------------------------------

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")


def with_values(text: str, changes: Mapping[Loc, str | float | list[str]]) -> str:
    """Changes the values at some places of a TOML text. Returns the text with every other character as it was.

    Raises `KeyError` for a place that has no value, and `ValueError` if the result would not hold the wanted values.
    """
    scanner = _Scanner(text)
    scanner.document()
    expected, changed = tomllib.loads(text), text
    # From the end of the text, so that earlier positions stay valid.
    for loc, value in sorted(changes.items(), key=lambda change: -scanner.values[change[0]][0]):
        start, end = scanner.values[loc]
        written = json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML string, and so is a number
        changed = changed[:start] + written + changed[end:]
        table: Any = expected
        for part in loc[:-1]:
            table = table[part]
        table[loc[-1]] = value
    # A check of the scanner, which does not know all of TOML.
    if tomllib.loads(changed) != expected:
        raise ValueError("the changed text says something else")
    return changed


def key_lines(text: str) -> dict[Loc, int]:
    """Returns the line, from 1, of every key, table and array item of a valid TOML text."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


class _Scanner:
    """Walks over a valid TOML text and notes where each key begins. Values are skipped, not read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Loc, int] = {}
        self.values: dict[Loc, tuple[int, int]] = {}  # where the value of a key begins and ends
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._last: dict[Loc, int] = {}  # array of tables -> number of its last table

    def document(self) -> None:
        table: Loc = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()

    def _header(self) -> Loc:
        """Reads `[a.b]` or `[[a.b]]`. Returns the table that it opens, with the numbers of the arrays of tables around it."""
        line, is_item = self._line(), self.text.startswith("[[", self.at)
        self.at += 2 if is_item else 1
        *outer, last = self._key()
        self.at = self.text.index("]", self.at) + (2 if is_item else 1)
        table: Loc = ()
        for part in outer:
            table = self._note((*table, part), line)
            # `[a.b]` below `[[a]]` belongs to the last table of `a`.
            if table in self._last:
                table = (*table, self._last[table])
        table = self._note((*table, last), line)
        if is_item:
            self._last[table] = self._last.get(table, -1) + 1
            table = self._note((*table, self._last[table]), line)
        return table

    def _pair(self, table: Loc) -> None:
        """Reads `a.b = value`, in the document or in an inline table."""
        line, path = self._line(), table
        for part in self._key():
            path = self._note((*path, part), line)
        self.at = self.text.index("=", self.at) + 1
        self._blank()
        start = self.at
        self._value(path)
        self.values[path] = start, start + len(self.text[start : self.at].rstrip())

    def _value(self, path: Loc) -> None:
        opening = self.text[self.at]
        if opening in "\"'":
            self._match(_STRING)
        elif opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._match(_SCALAR)

    def _list(self, path: Loc) -> None:
        for number, _ in enumerate(self._items("]")):
            self._value(self._note((*path, number), self._line()))

    def _inline_table(self, path: Loc) -> None:
        for _ in self._items("}"):
            self._pair(path)

    def _items(self, closing: str) -> Iterator[None]:
        """Moves to the beginning of each item in turn, and at last behind the closing bracket."""
        self.at += 1
        self._blank()
        while self.text[self.at] != closing:
            yield
            self._blank()
            if self.text[self.at] == ",":
                self.at += 1
                self._blank()
        self.at += 1

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._blank()
            if self.text[self.at] in "\"'":
                parts.append(str(tomllib.loads(f"key = {self._match(_STRING)}")["key"]))
            else:
                parts.append(self._match(_BARE_KEY))
            self._blank()
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _blank(self) -> None:
        self._match(_BLANK)

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        assert found, f"no TOML at {self.at}"
        self.at = found.end()
        return found[0]

    def _line(self) -> int:
        return bisect.bisect_left(self._breaks, self.at) + 1

    def _note(self, path: Loc, line: int) -> Loc:
        # A key may be met again in a later header. Its first line counts.
        self.lines.setdefault(path, line)
        return path
