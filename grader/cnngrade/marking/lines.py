"""Lays out texts as lines of a terminal: wrapped by columns, cut, listed. Wide characters and Chinese are included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.text import Text

from cnngrade.records.marks import Mark
from cnngrade.reports import points, spelled_out

_HAN_RANGE = r"\u3000-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSING = "，。、；：？！）》」』”’"  # a line does not begin with one of these
_PIECES = re.compile(rf"[{_HAN_RANGE}][{_CLOSING}]*\s*|[^\s{_HAN_RANGE}]+\s*|\s+")


def wrap(text: str, width: int) -> list[str]:
    """Returns lines of at most `width` columns. A line may end after a blank, and beside any Chinese character."""
    return list(_wrapped(text, width))


@lru_cache(maxsize=64)  # the answer on the screen is wrapped again at every key
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for paragraph in text.expandtabs(4).split("\n"):
        line, used = "", 0
        for piece in _PIECES.findall(paragraph):
            bare = piece.rstrip()
            if line and used + cell_len(bare) > width:
                lines.append(line.rstrip())
                line, used = "", 0
            if not line and cell_len(bare) > width:  # a word longer than a line
                *whole, bare = chop_cells(bare, width)
                lines += whole
                piece = bare + " " * piece[-1].isspace()
            line, used = line + piece, used + cell_len(piece)
        lines.append(line.rstrip())
    return tuple(lines)


def cut(text: str, most: int, width: int) -> Text:
    """Returns the first lines of a text, with dots if there is more."""
    lines = wrap(text, width)
    if len(lines) > most:
        last = lines[most - 1]
        lines[most - 1 :] = [set_cell_size(last, min(cell_len(last), width - 2)).rstrip() + " …"]
    return Text("\n".join(lines))


def listed(answers: Iterable[str], width: int) -> Iterator[str]:
    """Yields the lines of all answers. Equal answers appear once, with their number."""
    texts: dict[str, int] = {}
    for answer in answers:
        text = spelled_out(answer).strip() or "(empty)"
        texts[text] = texts.get(text, 0) + 1
    for text, count in texts.items():
        heading = f" {count} times " if count > 1 else ""
        yield heading.center(width, "─")
        yield from wrap(text, width)


def told(mark: Mark) -> str:
    """Returns in words what somebody gave."""
    who = spelled_out(mark.marker)
    return f"{who} took a mark back" if mark.score is None else f"{who} gave {points(mark.score)}"


def bar(done: int, every: int, width: int = 24) -> Text:
    """Returns a progress bar."""
    full = width * done // every if every else width
    return Text("━" * full, style="green").append("─" * (width - full), style="dim")
