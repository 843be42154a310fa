"""Texts as lines of a terminal: wrapped by columns, cut, listed; wide characters and unbroken Chinese included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from cnngrade.marks import Mark
from cnngrade.reports import points, printable

_HAN_RANGE = r"\u3000-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSING = "，。、；：？！）》」』”’"  # a line does not begin with one of these
_PIECES = re.compile(rf"[{_HAN_RANGE}][{_CLOSING}]*\s*|[^\s{_HAN_RANGE}]+\s*|\s+")


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; a line may end behind a blank, and beside any Chinese character."""
    lines: list[str] = []
    for paragraph in text.expandtabs(4).split("\n"):
        line, used = "", 0
        for piece in _PIECES.findall(paragraph):
            if line and used + cell_len(piece.rstrip()) > width:
                lines.append(line.rstrip())
                line, used = "", 0
            line, used = line + piece, used + cell_len(piece)
            while used > width and cell_len(line.rstrip()) > width:  # a word longer than a line
                head = set_cell_size(line, width).rstrip() or line[:1]
                lines.append(head)
                line = line[len(head) :]
                used = cell_len(line)
        lines.append(line.rstrip())
    return lines


def cut(text: str, most: int, width: int) -> Text:
    """The first lines of a text, with dots where there is more."""
    lines = wrap(text, width)
    if len(lines) > most:
        last = lines[most - 1]
        lines[most - 1 :] = [set_cell_size(last, min(cell_len(last), width - 2)).rstrip() + " …"]
    return Text("\n".join(lines))


def listed(answers: Iterable[str], width: int) -> Iterator[str]:
    """The lines of all answers, equal ones once, with their number."""
    texts: dict[str, int] = {}
    for answer in answers:
        text = printable(answer).strip() or "(empty)"
        texts[text] = texts.get(text, 0) + 1
    for text, count in texts.items():
        heading = f" {count} times " if count > 1 else ""
        yield heading.center(width, "─")
        yield from wrap(text, width)


def told(mark: Mark) -> str:
    """What somebody gave, in words."""
    who = printable(mark.marker)
    return f"{who} took a mark back" if mark.score is None else f"{who} gave {points(mark.score)}"


def bar(done: int, every: int, width: int = 24) -> Text:
    """How far somebody has come."""
    full = width * done // every if every else width
    return Text("━" * full, style="green").append("─" * (width - full), style="dim")
