"""The windows that open over the marking screen: a text to read, a question, a comment, the bank of comments."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from cnngrade.reports import printable

_FRAME = """
    align: center middle;
    & > Vertical {
        width: 94%; max-width: 110; height: auto; max-height: 90%; border: round $accent; padding: 0 1; background: $surface;
    }
"""


class Page(ModalScreen[bool]):
    """A text to read."""

    CSS = "Page, Ask {" + _FRAME + "} Page VerticalScroll, Ask VerticalScroll { height: auto; max-height: 80vh; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,r,h,question_mark", "close"),
        Binding("enter", "agree"),
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

    def action_agree(self) -> None:
        """Back."""
        self.dismiss(False)

    def action_scroll(self, by: int) -> None:
        """A longer text."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


class Ask(Page):
    """A text to agree to with enter."""

    def action_agree(self) -> None:
        """Yes."""
        self.dismiss(True)


class Comment(ModalScreen[str | None]):
    """A comment to write; None when it is left as it was."""

    CSS = "Comment {" + _FRAME + "align: center bottom; } Comment TextArea { height: 4; border: none; }"
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

    CSS = (
        "Bank {"
        + _FRAME
        + "} Bank OptionList { height: auto; max-height: 14; border: none; } Bank Input { border: none; height: 1; }"
    )
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
