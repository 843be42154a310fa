"""Reads the notebook of a student: its tagged cells are the week's modules and answers, all other cells are skipped.

Covered, each with a test: files that are not JSON, not a notebook, or of an old format; outputs of 100 MB and 10^5
cells (outputs are skipped while parsing, and the time of every step grows in proportion to the file); so many cells,
tags or lines that they would need many times the file's size in memory; cells that were moved, duplicated, split, or
lost their tags; magics and shell lines. Nothing in the notebook is run, imported, or compiled here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import msgspec

from cnngrade.course.questions import SHEET
from cnngrade.encodings import FILE_BYTES, shown
from cnngrade.errors import SkippedError
from cnngrade.notebooks.cells import ANSWER, FORMAT, METADATA, cell_id, joined

NOTEBOOK_BYTES = 128 * 1024**2
OBJECTS = 1_000_000  # opening braces, also those in outputs
CELLS = 150_000
SOURCE_BYTES = 8 * 1024**2  # of all cells, with their tags
_SHOWN = 3  # tags that one remark names


class _About(msgspec.Struct):
    week: str = ""
    cells: list[str] = []


class _RawCellMetadata(msgspec.Struct):
    tags: msgspec.Raw = msgspec.Raw(b"[]")
    id: str = ""  # Colab keeps the id here


class _RawCell(msgspec.Struct):
    cell_type: str
    source: msgspec.Raw = msgspec.Raw(b'""')
    metadata: _RawCellMetadata = msgspec.field(default_factory=_RawCellMetadata)
    id: str = ""


class _RawMetadata(msgspec.Struct):
    about: msgspec.Raw = msgspec.field(name=METADATA, default=msgspec.Raw(b"{}"))


class _RawNotebook(msgspec.Struct):
    """A notebook whose parts of unlimited size are not built: each stays a piece of the file's bytes."""

    nbformat: int
    cells: list[_RawCell] = []
    metadata: _RawMetadata = msgspec.field(default_factory=_RawMetadata)

    @property
    def most(self) -> int:
        """The number of bytes that would be built."""
        cells = sum(len(bytes(each.source)) + len(bytes(each.metadata.tags)) for each in self.cells)
        return cells + len(bytes(self.metadata.about))


class _Anything(msgspec.Struct, gc=False):
    """An object of which nothing is kept."""


class _Count(msgspec.Struct):
    cells: list[_Anything] = []


@dataclass(frozen=True)
class _Cell:
    cell_type: str
    text: str
    tags: list[str]
    id: str


@dataclass(frozen=True)
class _Notebook:
    about: _About
    cells: list[_Cell]


def read_notebook(content: bytes, week: str, files: Sequence[str]) -> tuple[dict[str, bytes], list[str]]:
    """Returns the modules of the week and the sheet of answers that a notebook holds, and remarks on what was changed.

    `files` are the names of the week's modules. Raises `SkippedError`, whose text completes the sentence "FILE ...".
    """
    notebook = _decoded(content)
    # A notebook without the metadata is read too, because some editors drop it.
    about = notebook.about
    if about.week and about.week != week:
        raise SkippedError(f"is the notebook of {shown(about.week)}, not of {week}, and was not read")
    notes: list[str] = []
    tagged = list(_tagged(notebook, files, notes))
    modules = {file: _module([(tag, cell) for tag, cell in tagged if _file(tag) == file], notes) for file in files}
    found = {file: text.encode("utf-8", "replace") for file, text in modules.items() if text}
    sheet = _sheet(tagged).encode("utf-8", "replace")
    if len(sheet) > FILE_BYTES:
        notes.append(f"the answers are larger than {FILE_BYTES // 1024**2} MB and were not read")
    elif sheet:
        found[SHEET] = sheet
    if not found:
        raise SkippedError(
            f"has no cell with a tag of {week} (such as {files[0]!r}): begin with `cnngrade start {week} --notebook`"
        )
    notes += _remarks_on_order(tagged, about.cells)
    return found, notes


def _decoded(content: bytes) -> _Notebook:
    try:
        # A byte order mark, which some editors write and JSON does not allow.
        content = content.removeprefix(b"\xef\xbb\xbf")
        _refuse_too_many(content)
        notebook = msgspec.json.decode(content, type=_RawNotebook)
        if notebook.nbformat == FORMAT:
            return _built(notebook)
    except msgspec.ValidationError as error:
        raise SkippedError(f"is no notebook ({shown(str(error))}): save it with Jupyter again") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise SkippedError(f"is no notebook: it is not JSON ({shown(str(error))})") from None
    age = "old" if notebook.nbformat < FORMAT else "newer"
    raise SkippedError(
        f"has the {age} format {notebook.nbformat} of notebooks; {FORMAT} is read: save it with Jupyter 4 or later"
    )


def _refuse_too_many(content: bytes) -> None:
    """Raises `SkippedError` if there are too many cells, before any of them is built."""
    # Counted in the raw bytes, because parsing would build the objects.
    if content.count(b"{") > OBJECTS:
        raise SkippedError(f"has more than {OBJECTS:,} objects and was not read: clear its outputs and save it again")
    if len(msgspec.json.decode(content, type=_Count).cells) > CELLS:
        raise SkippedError(f"has more than {CELLS:,} cells and was not read")


def _built(raw: _RawNotebook) -> _Notebook:
    if raw.most > SOURCE_BYTES:
        raise SkippedError(f"has more than {SOURCE_BYTES // 1024**2} MB in its cells and was not read")
    cells = [_cell(number, each) for number, each in enumerate(raw.cells)]
    return _Notebook(_part(raw.metadata.about, _About, f"$.metadata.{METADATA}"), cells)


def _cell(number: int, raw: _RawCell) -> _Cell:
    """Returns a cell. Its source may be stored as one text or as a list of lines."""
    source: str | list[str] = _part(raw.source, str | list[str], f"$.cells[{number}].source")
    tags: list[str] = _part(raw.metadata.tags, list[str], f"$.cells[{number}].metadata.tags")
    text = source if isinstance(source, str) else "".join(source)
    return _Cell(raw.cell_type, text, tags, raw.id or raw.metadata.id)


def _part(raw: msgspec.Raw, kind: Any, where: str) -> Any:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        text = str(error)
        inside = text.rpartition(" - at `$")[2].rstrip("`") if " - at `$" in text else ""
        raise msgspec.ValidationError(f"{text.partition(' - at `$')[0]} - at `{where}{inside}`") from None


def _file(tag: str) -> str:
    return tag.partition(":")[0]


def _tagged(notebook: _Notebook, files: Sequence[str], notes: list[str]) -> Iterator[tuple[str, _Cell]]:
    """Yields the cells that count, in the notebook's order, each with its tag or the tag that it seems to have lost."""
    tags = [_own_tag(cell, files) for cell in notebook.cells]
    lost = dict.fromkeys(tag for tag in notebook.about.cells if tag.startswith(ANSWER) or _file(tag) in files)
    found: list[str] = []
    for tag in tags:
        lost.pop(tag, None)
    for recognise in (_by_id, _by_name):  # the second looks only for tags that the first has not found
        known = recognise(notebook.cells, [*lost]) if lost else []
        tags = [tag or other for tag, other in zip_longest(tags, known, fillvalue="")]
        for tag in filter(None, known):
            lost.pop(tag, None)
            found.append(tag)
    before = ""  # the tag of the cell before, if it belongs to a module
    for tag, cell in zip(tags, notebook.cells, strict=True):
        if tag:
            yield tag, cell
        elif before and cell.cell_type == "code" and re.match(r"\s*+(?<=[ \t])\S", cell.text):
            notes.append(
                f"the cell behind {shown(before)!r} begins with an indented line and has no tag, so it was not read: "
                "if it is the second half of that cell, join them"
            )
        before = tag if _file(tag) in files else ""
    if found:
        notes.append(
            f"{_some([*dict.fromkeys(found)])}: the tag was lost, and the cell was found by its id or its content"
        )
    if lost:
        notes.append(f"the notebook has no cell {_some([*lost])} any more")


def _own_tag(cell: _Cell, files: Sequence[str]) -> str:
    for tag in cell.tags:
        if tag.startswith(ANSWER) or (_file(tag) in files and cell.cell_type == "code"):
            return tag
    return ""


def _by_id(cells: Sequence[_Cell], lost: Sequence[str]) -> list[str]:
    """Returns for each cell the tag among `lost` that matches its id, or ""."""
    ids = {cell_id(tag): tag for tag in lost}
    return [ids.get(cell.id, "") for cell in cells]


def _by_name(cells: Sequence[_Cell], lost: Sequence[str]) -> list[str]:
    """Returns for each cell the tag among `lost` whose function or class it defines at its left margin, or ""."""
    names = {tag.partition(":")[2]: tag for tag in lost if not tag.startswith(ANSWER) and ":" in tag}
    return [_defined(cell.text, names) if names and cell.cell_type == "code" else "" for cell in cells]


def _defined(text: str, names: dict[str, str]) -> str:
    found = re.finditer(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", text, re.MULTILINE)
    return next((names[match[1]] for match in found if match[1] in names), "")


def _some(tags: Sequence[str]) -> str:
    more = f" and {len(tags) - _SHOWN} more" if len(tags) > _SHOWN else ""
    return ", ".join(repr(shown(tag)) for tag in tags[:_SHOWN]) + more


def _module(cells: list[tuple[str, _Cell]], notes: list[str]) -> str:
    """Returns the text of a module: its cells in their order, with the imports at the top.

    Returns "" if there are no cells.
    """
    if not cells:
        return ""
    file = _file(cells[0][0])
    if sum(len(cell.text) for _, cell in cells) > FILE_BYTES:
        notes.append(f"the cells of {file} are larger than {FILE_BYTES // 1024**2} MB and were not read")
        return ""
    head = next((number for number, (tag, _) in enumerate(cells) if tag == file), 0)
    cells = [cells[head], *cells[:head], *cells[head + 1 :]]
    counts: dict[str, int] = {}
    for tag, _ in cells:
        counts[tag] = counts.get(tag, 0) + 1
    if several := [tag for tag, count in counts.items() if count > 1]:
        what = "are each in several cells" if len(several) > 1 else f"is in {counts[several[0]]} cells"
        notes.append(f"{_some(several)} {what}; they were read one behind the other, so a later definition counts")
    parts: list[list[str]] = []
    last = ""
    for tag, cell in cells:
        text = without_magics(cell.text)
        if tag == last and re.match(r"[ \t]", text):  # the second half of a cell that was split
            parts[-1].append(text)
        else:
            parts.append([text])
        last = tag
    return joined("\n".join(part) for part in parts)


def _remarks_on_order(tagged: list[tuple[str, _Cell]], begun: list[str]) -> list[str]:
    place = {tag: number for number, tag in enumerate(begun)}
    last: dict[str, int] = {}
    for tag, _ in tagged:
        number = place.get(tag, -1)
        if 0 <= number < last.get(_file(tag), -1) and not tag.startswith(ANSWER):
            return [
                f"the cell {shown(tag)!r} is not where it was; cells are read from top to bottom, the imports first"
            ]
        last[_file(tag)] = max(last.get(_file(tag), -1), number)
    return []


def _answers(tagged: list[tuple[str, _Cell]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for tag, cell in tagged:
        if tag.startswith(ANSWER):
            found.setdefault(tag.removeprefix(ANSWER), []).append(cell.text.strip("\n"))
    return {question: "\n\n".join(texts) for question, texts in found.items()}


def _sheet(tagged: list[tuple[str, _Cell]]) -> str:
    """Returns the answers in the form of `answers.md`: one heading per question, even if it has several cells."""
    return "\n".join(f"## {question}\n\n{text}\n" for question, text in _answers(tagged).items())


# --- what IPython understands and Python does not -----------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<triple>'''|\"\"\")"
    r"|(?P<text>'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?)"
    r"|(?P<comment>\#[^\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<goes_on>\\\n)"
)
_MAGIC = re.compile(r"[ \t]*+(?:[%!?]|[\w.\[\], \t]+=[ \t]*[%!](?!=)|[\w.%]+\?{1,2}[ \t]*$)")
_PYTHON_BELOW = {
    "time",
    "timeit",
    "capture",
    "prun",
    "writefile",
    "file",
}  # cell magics whose cell is still Python


def without_magics(text: str) -> str:
    """Replaces each magic and shell line of a cell by `pass`, which keeps the line numbers. Returns the text.

    A line stays as it is where no statement can begin: in a string or within brackets. A cell in another language
    (`%%bash`) becomes comments.
    """
    if not any(sign in text for sign in "%!?"):
        return text
    if magic := re.match(r"\s*%%(\w+)", text):
        if magic[1] not in _PYTHON_BELOW:
            return "\n".join(f"# {line}" for line in text.split("\n"))
        text = text[: magic.start(1) - 2].rstrip(" \t") + "# " + text[magic.start(1) - 2 :]
    lines = text.split("\n")
    open_text, depth, goes_on = "", 0, False
    for number, line in enumerate(lines):
        if not open_text and depth <= 0 and not goes_on and _MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            lines[number] = f"{indent}pass  # {line.strip()}"
            continue
        open_text, depth, goes_on = _behind(f"{line}\n", open_text, max(depth, 0))
    return "\n".join(lines)


def _behind(line: str, open_text: str, depth: int) -> tuple[str, int, bool]:
    """Returns the state after a line: the open quotes, the open brackets, and whether a backslash ends it."""
    at, goes_on = 0, False
    while at < len(line):
        if open_text:
            end = re.compile(rf"(?:\\.|(?!{open_text})[^\\])*{open_text}", re.DOTALL).match(line, at)
            if not end:
                return open_text, depth, False
            at, open_text = end.end(), ""
            continue
        token = _TOKEN.search(line, at)
        if not token:
            break
        at = token.end()
        if token["triple"]:
            open_text = token["triple"]
        depth += bool(token["open"]) - bool(token["close"])
        goes_on = bool(token["goes_on"])
    return open_text, depth, goes_on
