"""Whether code is written from elementary operations: a week's list of them, held against all that a task's code reaches.

The submission is read outside and never run, so nothing that it does can change what is found. A `Finding` costs the points;
what only might be a way around becomes a remark for a person to look at.
"""

from __future__ import annotations

import importlib
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from cnngrade.encodings import printable
from cnngrade.errors import CourseError, Problem
from cnngrade.reading import deeds, ways
from cnngrade.reading.flow import Flow
from cnngrade.reading.source import Source, is_installed, is_there
from cnngrade.reading.values import NOTHING, Listener, Place, State, TangledError, Values

_MOST = 3  # findings that a message tells
_REMARKS = 5
_NAME = 100  # characters of a name in a message


class FindingKind(StrEnum):
    """What is the matter with a place in the source."""

    LAYER = "layer"
    UNLISTED = "unlisted"
    AROUND = "around"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class SourceFinding:
    """Something that is not elementary, and where it stands."""

    file: str
    line: int
    kind: FindingKind
    what: str

    def __str__(self) -> str:
        where = f"{_short(self.file)}, line {self.line}" if self.line else _short(self.file)
        what = _short(self.what)
        match self.kind:
            case FindingKind.LAYER:
                return f"{where}: {what} computes the layer itself"
            case FindingKind.UNLISTED:
                return f"{where}: {what} is not among the elementary operations"
            case FindingKind.AROUND:
                return f"{where}: {what} lets something else do the work, or changes what others do"
            case FindingKind.UNREADABLE:
                return f"{where}: {what}"


@dataclass
class Reading:
    """What was read of one task's function: `findings` cost points, `remarks` are for staff."""

    findings: list[SourceFinding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """The kinds of its findings, sorted: what two submissions can have in common."""
        return sorted({str(finding.kind) for finding in self.findings})


# --- the list -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Elementary:
    """What a week allows: names by their module, methods of tensors; and the words by which a layer is known."""

    allowed: Mapping[str, bool]  # dotted path -> whether all that lies below is allowed too
    refused: frozenset[str]
    methods: frozenset[str]
    layer_words: tuple[str, ...]
    layer_methods: frozenset[str]
    instead: str
    modules: frozenset[str]  # of the names that are allowed, and those around these

    def allows(self, path: str) -> bool | None:
        """Whether a dotted path is allowed; None where nothing is said of it."""
        for length in range(len(parts := path.split(".")), 0, -1):
            prefix = ".".join(parts[:length])
            plain = prefix[:-1] if prefix.endswith("_") and not prefix.endswith("__") else prefix
            if prefix in self.refused:
                return False
            if plain in self.allowed and prefix not in self.modules:
                return True
            if self.allowed.get(
                prefix
            ):  # a star allows what lies below, and attributes of that are looked at on their own
                return True
        return None

    def rest(self, path: str) -> list[str]:
        """The attributes that are taken of the allowed thing that `path` begins with."""
        parts = path.split(".")
        for length in range(1, len(parts) + 1):
            if ".".join(parts[:length]) not in self.modules and self.allows(".".join(parts[:length])):
                return parts[length:]
        return []


@cache
def read_list(path: Path) -> Elementary:
    """Reads a week's `elementary.toml`. Raises `CourseError`."""
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
        allowed = {module: names.split() for module, names in stated["allowed"].items()}
        refused = [f"{module}.{name}" for module, names in stated.get("refused", {}).items() for name in names.split()]
        methods = " ".join(stated["methods"].values()).split()
        words, own = stated["layers"].split(), stated["layer_methods"].split()
        instead = str(stated["instead"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise CourseError([Problem(path, 0, f"is no list of elementary operations: {error!r}")]) from None
    names = {f"{module}.{name}": False for module, all_of in allowed.items() for name in all_of if name != "*"}
    names |= {module: True for module, all_of in allowed.items() if "*" in all_of}
    parents = {parent for path in [*names, *(f"{module}.x" for module in allowed)] for parent in _parents(path)}
    known = {name.rpartition(".")[2] for name in names if name.startswith("torch.")}
    return Elementary(
        names,
        frozenset(refused),
        frozenset([*methods, *known]),
        tuple(words),
        frozenset(own),
        instead,
        frozenset(parents),
    )


def _parents(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


# --- reading --------------------------------------------------------------------------------------------------------------


class Reader:
    """One submission's source, read at most once for each symbol."""

    def __init__(self, files: Mapping[str, bytes], week_files: Sequence[str], allowed: Elementary) -> None:
        self._source = Source(files, week_files)
        self._allowed = allowed
        self._readings: dict[str, Reading] = {}
        self._import: tuple[Flow, _Notes] | None = None

    @property
    def steps(self) -> int:
        """What reading has cost so far, in expressions that were looked at."""
        return self._source.steps

    def read(self, symbol: str) -> Reading:
        """What `file.py:name` reaches, and what importing the week's files does besides."""
        if symbol not in self._readings:
            self._readings[symbol] = self._read(symbol)
        return self._readings[symbol]

    def _read(self, symbol: str) -> Reading:
        file, _, name = symbol.partition(":")
        notes = _Notes(self._allowed, self._source, judged=True)
        imported = _Notes(self._allowed, self._source, judged=False)
        try:
            if self._import is None:
                self._import = self._imports(self._source.week_files)
            flow, imported = self._import
            while (later := self._call(file, name, notes, flow.state)) - flow.imported.keys():
                flow, imported = self._imports(
                    [*flow.imported, *sorted(later)]
                )  # files that the function itself imports
            notes.writes, notes.mentioned = notes.writes or imported.writes, notes.mentioned | imported.mentioned
            notes.ends()
        except (TangledError, RecursionError):
            notes.found(Place(file, 0), FindingKind.UNREADABLE, "is too tangled to be read")
        return _reading([notes, imported])

    def _call(self, file: str, name: str, notes: _Notes, state: State) -> set[str]:
        """Follows a call, after what imports have stored; returns the files that are imported by it."""
        flow = Flow(self._source, notes, state)
        if not flow.call(file, name):
            why = self._source.unreadable.get(file)
            line = f"cannot be read: {why}" if why else f"{name} is not defined where it can be read"
            notes.found(Place(file, 0), FindingKind.UNREADABLE, line)
        return set(flow.imported)

    def _imports(self, files: Iterable[str]) -> tuple[Flow, _Notes]:
        notes = _Notes(self._allowed, self._source, judged=False)
        flow = Flow(self._source, notes)
        flow.run_modules(files)
        notes.ends()
        for file, why in self._source.unreadable.items():
            if file in self._source.week_files and file not in self._source.broken:
                notes.found(Place(file, 0), FindingKind.UNREADABLE, f"cannot be read: {why}")
        return flow, notes


def _reading(all_of: Iterable[_Notes]) -> Reading:
    """What several have noted, each thing once, in the order of the lines."""
    findings = sorted(
        {one for notes in all_of for one in notes.findings}, key=lambda one: (one.file, one.line, one.what)
    )
    first: dict[tuple[str, object], SourceFinding] = {}
    for finding in findings:  # of what stands in one line the first is enough, and of each thing its first line
        if not any(finding.line == one.line > 0 and finding.file == one.file for one in first.values()):
            first.setdefault((finding.file, finding.what), finding)
    remarks = list(dict.fromkeys(remark for notes in all_of for remark in notes.remarks))
    return Reading(sorted(first.values(), key=lambda one: list(FindingKind).index(one.kind)), remarks[:_REMARKS])


class _Notes(Listener):
    """Judges what a flow comes across: in code that a task reaches (`judged`), or in what an import runs."""

    def __init__(self, allowed: Elementary, source: Source, judged: bool) -> None:
        self.allowed, self.source, self.judged = allowed, source, judged
        self.findings: set[SourceFinding] = set()
        self.remarks: dict[str, None] = {}
        self.writes = False  # perhaps files of code
        self.missing: list[tuple[str, Place]] = []
        self.mentioned: set[str] = set()

    def begins(self) -> None:
        self.findings.clear()
        self.remarks.clear()
        self.missing.clear()

    def ends(self) -> None:
        """Finds modules that are not handed in, and may be there all the same when they are imported."""
        for module, at in self.missing:
            if self.writes or self.source.has_archive or module.partition(".")[0] in self.mentioned:
                self.found(at, FindingKind.UNREADABLE, f"imports {module}, which may be written or unpacked first")

    def found(self, at: Place, kind: FindingKind, what: str) -> None:
        """Notes what costs points."""
        self.findings.add(SourceFinding(at.file, at.line, kind, what))

    def remark(self, at: Place, what: str) -> None:
        """Notes what a person should look at."""
        self.remarks[f"{_short(at.file)}, line {at.line}: {_short(what)}"] = None

    def names(self, path: str, at: Place) -> None:
        kind = _python(path)
        top = path.partition(".")[0]
        if (
            kind == "around"
            or (kind == "task" and self.judged)
            or (top in _standard() and top[0] == "_" and top != "__future__")
        ):
            self.found(at, FindingKind.AROUND, path.removeprefix("builtins."))
        elif (path.startswith(_MACHINERY) and not path.startswith("torch.__version__")) or (
            kind != "plain" and _leads_to_code(path)
        ):
            self.found(at, FindingKind.AROUND, path)
        elif kind == "" and self.judged:
            self._library(path, at)

    def _library(self, path: str, at: Place) -> None:
        """A name of a package, in code that a task reaches."""
        stated = self.allowed.allows(path)
        if stated:
            for name in self.allowed.rest(path):
                known = name.rstrip("_") in self.allowed.methods or name in ways.PLAIN_METHODS or name in ways.DUNDERS
                if name in self.allowed.layer_methods or self._hidden(name, at) or known or name == "__class__":
                    self.attribute(name, at, "", called=True)
                else:
                    self.found(at, FindingKind.UNLISTED, path)
        elif path in self.allowed.modules and path != "torch.nn.functional":
            return
        elif path.startswith("builtins."):
            for name in path.split(".")[2:]:
                self.attribute(name, at, "", called=True)
        elif any(word in path.rpartition(".")[2].lower() or (word in path.lower() and path.startswith("torch."))
                 for word in self.allowed.layer_words):  # fmt: skip
            self.found(at, FindingKind.LAYER, path)
        else:
            self.found(at, FindingKind.UNLISTED, path)

    def _hidden(self, name: str, at: Place) -> bool:
        if (name.startswith("__") and name.endswith("__") and name not in ways.DUNDERS and name != "__class__") or (
            name in ways.FRAMES
        ):
            self.found(at, FindingKind.AROUND, name)
            return True
        return False

    def attribute(self, name: str, at: Place, known: str, called: bool) -> None:
        if not self.judged:
            if name in ways.FRAMES or name in ways.HIDDEN_AT_IMPORT:
                self.found(at, FindingKind.AROUND, name)
            return
        if self._hidden(name, at) or name == "__class__":
            return
        plain = name.rstrip("_")
        if plain in self.allowed.layer_methods:
            if known == "mixed" or (known == "field" and not called):
                self.remark(at, f"whether .{name} is a tensor's or the student's own cannot be told")
            else:
                self.found(at, FindingKind.LAYER, f"Tensor.{name}")
        elif known or name in ways.PLAIN_METHODS or name in ways.DUNDERS:
            return
        elif name not in self.allowed.methods and plain not in self.allowed.methods:
            self.remark(at, f".{name} is an attribute that no list knows")

    def computes_a_name(self, what: str, at: Place) -> None:
        if self.judged:
            self.found(at, FindingKind.AROUND, what)
        else:
            self.remark(at, what)

    def imports_computed(self, at: Place) -> None:
        self.found(at, FindingKind.AROUND, "an import whose name is computed")

    def does(self, what: str, at: Place, harmless: bool = False) -> None:
        if harmless and not self.judged:
            self.remark(at, f"{what} is run by importing the file")
        else:
            self.found(at, FindingKind.AROUND, what)

    def may_write(self, what: str, at: Place) -> None:
        self.writes = True
        self.remark(at, f"{what} of a file whose name is computed is run by importing the file")

    def mentions(self, text: str) -> None:
        self.mentioned.add(text.rpartition("/")[2].partition(".")[0])

    def replaces(self, what: str, at: Place, values: Values = NOTHING) -> None:
        path = what.removesuffix("[...]")
        if path.startswith(ways.UNGUARDED):
            return
        code = any(deeds.is_code(value) for value in values)
        if path in ways.EXCHANGED and not code:
            return
        if _is_new(path) and not code and not self.judged:
            self.remark(at, f"what is stored into {what}")
            return
        if path.startswith(ways.WATCHED) and (code or path.count(".") > 1):
            self.found(at, FindingKind.AROUND, f"what is stored into {what}")
        if (
            not ways.GUARDED.isdisjoint(path.split("."))  # `torchvision.torch.exp` is torch's too
            or ":" in path
            or path.endswith(".py")
            or path.startswith("week_probes")
            or (path.startswith("an object's ") and not path.endswith(("__class__", "__dict__")))
            or "__path__" in path
            or _is_new(path)
        ):
            self.found(at, FindingKind.AROUND, f"what is stored into {what}")

    def imports(self, module: str, at: Place, optional: bool) -> None:
        top = module.partition(".")[0]
        if module.startswith(_GRADER) or top == "__main__":
            self.found(at, FindingKind.AROUND, module)
            return
        if not is_there(top) and top != "cnngrade":
            self.missing.append((module, at))
        if not is_there(top) and top not in (*ways.USUAL, "cnngrade"):
            line = f"imports {module}, which is not handed in"
            if optional:
                self.remark(at, line)
            else:
                self.found(at, FindingKind.UNREADABLE, line)
        elif not (self.judged or _python(module) or top in (*ways.USUAL, *_standard(), "cnngrade")) and is_installed(
            top
        ):
            self.remark(at, f"imports {module}, which no list knows")

    def unreadable(self, file: str, why: str, at: Place) -> None:
        self.found(at, FindingKind.UNREADABLE, f"imports {file}, which cannot be read: {why}")

    def overrides(self, method: str, at: Place) -> None:
        if self.judged:
            self.found(at, FindingKind.AROUND, method)


# The grader's own modules, and the parts of PyTorch that watch or replace its functions.
_GRADER = ("week_probes", "cnngrade.sandbox", "cnngrade.judge")
_MACHINERY = (
    *_GRADER, "torch._", "torch.ops",
    "torch.library", "torch.overrides", "torch.utils._", "torch.utils.cpp_extension", "torch.utils.dlpack", "torch.classes",
    "torch.fx", "torch.hub", "torch.package", "torch.jit.CompilationUnit", "torch.nn.modules.module.register_",
    "torch.autograd.graph.saved_tensors_hooks", "torch.autograd.graph.register_",
)  # fmt: skip


@lru_cache(maxsize=4096)
def _python(path: str) -> str:
    """`plain`, `around` or `task` (around what a task asks), by the longest part that is known; "" for a library's."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if prefix in ways.PLAIN or prefix in ways.PLAIN_NAMES:
            return "around" if _leads_elsewhere(prefix, parts[length:]) else "plain"
        if prefix in ways.AROUND:
            return "around" if length < len(parts) or "." in prefix else "plain"  # the bare module does nothing
        if prefix in ways.AROUND_IN_TASKS:
            return "task"
    if parts[0].startswith("_") and parts[0] in _standard():
        return "around"
    return "plain" if parts[0] in ("os", "pathlib", "platform") and len(parts) == 1 else ""


def _leads_elsewhere(module: str, rest: list[str]) -> bool:
    """Whether attributes of one of Python's plain modules lead to another that it has imported: `dataclasses.sys`."""
    if any(part.startswith("_") and part not in ways.DUNDERS for part in rest):
        return True
    if module.partition(".")[0] not in _standard() or module not in ways.PLAIN:
        return any(part in _standard() for part in rest[:1])
    found: Any = importlib.import_module(module)
    for part in rest:
        found = getattr(found, part, None)
        if isinstance(found, ModuleType) and not found.__name__.startswith(f"{module}."):
            return True
    return False


@lru_cache(maxsize=4096)
def _leads_to_code(path: str) -> bool:
    """Whether attributes of a module lead to a module that it holds by accident, or to the code behind it."""
    top, *parts = path.split(".")
    plain = top in _standard() or path in ("torch.__dict__", "numpy.__dict__")
    for name, following in zip(parts, [*parts[1:], ""], strict=False):
        if name.lstrip("_") in ways.HELD or name in ways.FRAMES:
            return True
        if name == "__path__" and following:
            return True
        if name == "__dict__" and not plain:  # `sorted(models.__dict__)` only looks at names
            if following and following not in ways.PLAIN_METHODS | ways.DUNDERS:
                return True
        elif name in ways.HIDDEN_AT_IMPORT:
            return True
    return False


def _is_new(path: str) -> bool:
    """Whether one of Python's plain modules has no such attribute: what is stored there is fetched elsewhere."""
    module, _, name = path.rpartition(".")
    return module in ways.PLAIN and module in _standard() and not hasattr(importlib.import_module(module), name)


@cache
def _standard() -> frozenset[str]:
    return frozenset(sys.stdlib_module_names)


def _short(text: str) -> str:
    text = printable(text.replace("\n", " "))
    return text if len(text) <= _NAME else f"{text[: _NAME - 3]}..."


# --- for suites -----------------------------------------------------------------------------------------------------------


def told(reading: Reading, instead: str) -> str:
    """What a student reads of the findings."""
    lines = [str(finding) for finding in reading.findings[:_MOST]]
    more = len(reading.findings) - _MOST
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else []), instead])
