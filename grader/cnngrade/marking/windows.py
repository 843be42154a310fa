"""The windows that open over the marking screen: a text to read, a question, a comment, the bank of comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Log, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from cnngrade.reports import printable

_AT_ONCE = 100  # lines that are laid out before the next key is looked at

# Part of the application's own style sheet: a window that brought its own would be slow to open for the first time.
STYLE = """
    Page, Ask, Comment, Bank { align: center middle; }
    Comment { align: center bottom; }
    ModalScreen > Vertical {
        width: 94%; max-width: 110; height: auto; max-height: 90%; border: round $accent; padding: 0 1; background: $surface;
    }
    Page VerticalScroll { height: auto; max-height: 80vh; }
    Ask Log { height: 18; background: $surface; }
    Comment TextArea { height: 4; border: none; }
    Bank OptionList { height: auto; max-height: 14; border: none; }
    Bank Input { border: none; height: 1; }
"""


class Page(ModalScreen[bool]):
    """A text to read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,r,h,question_mark,enter", "close"),
        Binding("up", "scroll(-1)"),
        Binding("down", "scroll(1)"),
        Binding("pageup", "scroll(-10)"),
        Binding("pagedown,space", "scroll(10)"),
    ]

    def __init__(self, heading: str, body: RenderableType) -> None:
        super().__init__()
        self._heading, self._body = heading, body

    def compose(self) -> ComposeResult:
        """The frame and its text."""
        with Vertical() as frame:
            frame.border_title = self._heading
            with VerticalScroll(can_focus=False):
                yield Static(self._body)

    def action_close(self) -> None:
        """Back, without a word."""
        self.dismiss(False)

    def action_scroll(self, by: int) -> None:
        """A longer text."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


class Ask(ModalScreen[bool]):
    """Many lines to look through, and to agree to with enter; only those on the screen are drawn."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "answer(False)"),
        Binding("enter", "answer(True)"),
        Binding("up", "scroll(-1)"),
        Binding("down", "scroll(1)"),
        Binding("pageup", "scroll(-16)"),
        Binding("pagedown,space", "scroll(16)"),
    ]

    def __init__(self, heading: str, lines: Iterator[str]) -> None:
        super().__init__()
        self._heading, self._lines = heading, lines

    def compose(self) -> ComposeResult:
        """The frame and its lines."""
        with Vertical() as frame:
            frame.border_title = self._heading
            yield Log(auto_scroll=False)

    def on_mount(self) -> None:
        """The first lines at once, the others when they are on the screen."""
        self.query_one(Log).can_focus = False
        self._more()

    def _more(self) -> None:
        lines = list(islice(self._lines, _AT_ONCE))
        self.query_one(Log).write_lines(lines, scroll_end=False)
        if lines:
            self.call_after_refresh(self._more)

    def action_answer(self, yes: bool) -> None:
        """Yes or no."""
        self.dismiss(yes)

    def action_scroll(self, by: int) -> None:
        """More lines."""
        self.query_one(Log).scroll_relative(y=by, animate=False)


class Comment(ModalScreen[str | None]):
    """A comment to write; None when it is left as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", priority=True),
        Binding("escape", "leave", priority=True),
        Binding("ctrl+j,alt+enter", "line", priority=True),
    ]

    def __init__(self, text: str, changed: Callable[[str], None]) -> None:
        super().__init__()
        self._text, self._changed = text, changed

    def compose(self) -> ComposeResult:
        """The frame and the text in it."""
        with Vertical() as frame:
            frame.border_title = "comment: enter keeps it, esc leaves it as it was, ctrl+j new line"
            yield TextArea(self._text, soft_wrap=True)

    def on_mount(self) -> None:
        """The cursor stands at the end."""
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Every key is kept at once."""
        if event.text_area.text != self._text:
            self._text = event.text_area.text
            self._changed(self._text)

    def action_keep(self) -> None:
        """The comment as it stands."""
        self.dismiss(self.query_one(TextArea).text.strip())

    def action_leave(self) -> None:
        """The comment as it was."""
        self.dismiss(None)

    def action_line(self) -> None:
        """A new line."""
        self.query_one(TextArea).insert("\n")


class Bank(ModalScreen[str | None]):
    """The comments given before, to choose from by typing a part of one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", priority=True),
        Binding("enter", "take", priority=True),
        Binding("up", "step(-1)", priority=True),
        Binding("down", "step(1)", priority=True),
    ]

    def __init__(self, comments: list[str]) -> None:
        super().__init__()
        self._comments = comments
        self._shown: list[str] = []

    def compose(self) -> ComposeResult:
        """A line to type in, and the comments that have it in them."""
        with Vertical() as frame:
            frame.border_title = "comments given before: type a part, enter takes one"
            yield Input(placeholder="part of a comment")
            choices = OptionList()
            choices.can_focus = False
            yield choices

    def on_mount(self) -> None:
        """All comments, the first one chosen."""
        self.query_one(Input).focus()
        self._filter("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Only what fits."""
        self._filter(event.value)

    def _filter(self, part: str) -> None:
        self._shown = [each for each in self._comments if part.casefold() in each.casefold()]
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options([Option(Text(printable(each))) for each in self._shown])
        choices.highlighted = 0 if self._shown else None

    def action_step(self, by: int) -> None:
        """Up or down."""
        choices = self.query_one(OptionList)
        if self._shown:
            choices.highlighted = ((choices.highlighted or 0) + by) % len(self._shown)

    def action_take(self) -> None:
        """The one that is chosen."""
        number = self.query_one(OptionList).highlighted
        self.dismiss(None if number is None else self._shown[number])

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)
