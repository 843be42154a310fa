"""The windows of the marking screen: a page to read, a field for a comment, the list of earlier comments.

All windows exist from the start, and are only shown or hidden: making a window would take too long after a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea
from textual.widgets.option_list import Option

from cnngrade.reports import spelled_out

STYLE = """
    Comment { height: 6; border: round $accent; display: none; }
    Bank { height: auto; max-height: 12; border: round $accent; padding: 0 1; display: none; }
    Bank OptionList { height: auto; max-height: 9; border: none; padding: 0; }
    Bank Input { border: none; height: 1; padding: 0; }
"""


@dataclass
class Page:
    """Many lines, which are made only when they are shown. `agree` is what the enter key does, if anything."""

    heading: str
    source: Iterator[Text]
    agree: Callable[[], None] | None = None
    top: int = 0
    lines: list[Text] = field(default_factory=list)

    def visible(self, height: int) -> Text:
        """Returns the lines that fit on the screen."""
        self._make(self.top + height)
        return Text("\n").join(self.lines[self.top : self.top + height])

    def more(self, height: int) -> bool:
        """Whether there are lines below."""
        self._make(self.top + height + 1)
        return len(self.lines) > self.top + height

    def scroll(self, by: int, height: int) -> None:
        """Moves up or down, never beyond the ends."""
        wanted = max(0, self.top + by)
        self._make(wanted + height)
        self.top = max(0, min(wanted, len(self.lines) - height))

    def _make(self, count: int) -> None:
        self.lines += islice(self.source, max(0, count - len(self.lines)))


def _nobody(_text: str | None) -> None:
    """Does nothing, as long as no window is open."""


async def _typed(widget: Widget) -> None:
    """Waits until the widget has handled the keys before this one.

    A priority binding runs at once, while earlier keys may still be in the widget's queue.
    """
    handled = asyncio.Event()
    if widget.call_later(handled.set):
        await handled.wait()


class Comment(TextArea):
    """A field for a comment. It reports every change, and at the end the text, or None to keep the old one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "finish(True)", priority=True),
        Binding("escape", "finish(False)", priority=True),
        Binding("ctrl+j,alt+enter", "line", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__(soft_wrap=True)
        self.border_title = "comment: enter keeps it, esc leaves it as it was, ctrl+j new line"
        self._last = ""
        self._changed: Callable[[str], None] = _nobody
        self._finished: Callable[[str | None], None] = _nobody

    def open(self, text: str, changed: Callable[[str], None], finished: Callable[[str | None], None]) -> None:
        """Shows the field with a text. The cursor stands at its end."""
        self._last, self._changed, self._finished = text, changed, finished
        self.text = text
        self.move_cursor(self.document.end)
        self.display = True
        self.focus()

    def on_text_area_changed(self) -> None:
        """Reports every key at once."""
        if self.display and self.text != self._last:
            self._last = self.text
            self._changed(self.text)

    async def action_finish(self, keep: bool) -> None:
        """Closes the field and reports the text, or None."""
        await _typed(self)
        self.display = False
        self.screen.set_focus(None)
        self._finished(self.text.strip() if keep else None)

    async def action_line(self) -> None:
        """Inserts a new line."""
        await _typed(self)
        self.insert("\n")


class Bank(Vertical):
    """The comments given before. One is chosen by typing a part of it, and None is reported if none was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "finish(True)", priority=True),
        Binding("escape", "finish(False)", priority=True),
        Binding("up", "step(-1)", priority=True),
        Binding("down", "step(1)", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.border_title = "comments given before: type a part, enter takes one"
        self._comments: list[str] = []
        self._part: str | None = None  # the typed text for which `_fitting` was computed
        self._fitting: list[str] = []
        self._finished: Callable[[str | None], None] = _nobody

    def compose(self) -> ComposeResult:
        """Yields a line to type in, and the comments that contain what was typed."""
        yield Input(placeholder="part of a comment")
        choices = OptionList()
        choices.can_focus = False
        yield choices

    def open(self, comments: list[str], finished: Callable[[str | None], None]) -> None:
        """Shows all comments, with the first one selected."""
        self._comments, self._part, self._finished = comments, None, finished
        typed = self.query_one(Input)
        typed.value = ""
        self._filter("")
        self.display = True
        typed.focus()

    def on_input_changed(self) -> None:
        """Shows only the comments that fit."""
        self._filter(self.query_one(Input).value)

    def _filter(self, part: str) -> None:
        if part == self._part:
            return
        self._part = part
        self._fitting = [each for each in self._comments if part.casefold() in each.casefold()]
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options([Option(Text(spelled_out(each))) for each in self._fitting])
        choices.highlighted = 0 if self._fitting else None

    async def _filter_typed(self) -> None:
        typed = self.query_one(Input)
        await _typed(typed)
        self._filter(typed.value)

    async def action_step(self, by: int) -> None:
        """Moves the selection up or down."""
        await self._filter_typed()
        choices = self.query_one(OptionList)
        if self._fitting:
            choices.highlighted = ((choices.highlighted or 0) + by) % len(self._fitting)

    async def action_finish(self, take: bool) -> None:
        """Closes the list and reports the selected comment, or None."""
        await self._filter_typed()
        number = self.query_one(OptionList).highlighted
        self.display = False
        self.screen.set_focus(None)
        self._finished(self._fitting[number] if take and number is not None else None)
