"""The marking screen in a terminal, used by keys alone: the answer, the rubric, and what is chosen.

It needs 80 by 24 characters. Students' texts are shown as they are, never as markup, with control characters spelled
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import ClassVar

from rich.text import Text
from textual.actions import ActionParseResult
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Static

from cnngrade.barrier import one_line
from cnngrade.course.questions import Text as Bilingual
from cnngrade.marking.ledger import TakenError
from cnngrade.marking.lines import bar, cut, listed, told, wrap
from cnngrade.marking.session import STEP, GivenAnswer, MarkingSession
from cnngrade.marking.windows import STYLE, Bank, Comment, Page
from cnngrade.records.marks import answer_sha256
from cnngrade.records.report import AnswerState
from cnngrade.reports import ANSWER_WORDS, points, spelled_out

REFRESH = 2.0  # seconds between looks for marks of others
_LINES = 8  # of the rubric, on a screen of 24 lines

_QUESTION = "the question"

HELP = """\
1-9, 0    an item of the rubric, on or off (0 is the tenth)
f  z      all items, none                 +  -   half a point
enter     give the mark, go to the next answer that waits
a         give it to all of this group; they are shown before
c         comment                         b   bank of comments
u         undo what was given last        x   drop what is begun

right, n  next answer                     left, p   back
]  [      next group, back                >  <  next question, back
w         next answer that waits          up, down   scroll

r         rubric, model answer            h   history of the marks
l         English, Chinese                q   leave; all is stored
"""


class Marking(App[None]):
    """The screen of `cnngrade mark`. `names` shows whose answer it is."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # the screen gets the keys until a field is opened
    CSS = (
        """
    Screen { layout: vertical; }
    #head { height: 2; background: $panel; padding: 0 1; }
    #prompt { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    #answer { height: 1fr; border: round $primary; padding: 0 1; scrollbar-gutter: stable; }
    #rubric { height: auto; padding: 0 1; }
    #given { height: auto; max-height: 4; padding: 0 1; }
    #foot { height: 1; background: $panel; padding: 0 1; }
    """
        + STYLE
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str((number + 1) % 10), f"item({number})", show=False) for number in range(10)),
        Binding("f", "grant(True)"),
        Binding("z", "grant(False)"),
        Binding("plus,equals_sign", f"adjust({STEP})"),
        Binding("minus", f"adjust({-STEP})"),
        Binding("enter", "give", priority=False),
        Binding("a", "give_group"),
        Binding("c", "comment"),
        Binding("b", "bank"),
        Binding("u", "undo"),
        Binding("x", "drop"),
        Binding("right,n", "move(1)"),
        Binding("left,p", "move(-1)"),
        Binding("right_square_bracket", "move_group(1)"),
        Binding("left_square_bracket", "move_group(-1)"),
        Binding("greater_than_sign", "move_pile(1)"),
        Binding("less_than_sign", "move_pile(-1)"),
        Binding("w", "next_waiting"),
        Binding("r", "rubric"),
        Binding("h", "history"),
        Binding("l", "language"),
        Binding("question_mark", "help"),
        Binding("up", "scroll(-1)"),
        Binding("down", "scroll(1)"),
        Binding("pageup", "scroll(-8)"),
        Binding("pagedown,space", "scroll(8)"),
        Binding("escape", "close"),
        Binding("q,ctrl+c", "leave"),
    ]

    def __init__(self, session: MarkingSession, title: str, names: bool = False, language: str = "en") -> None:
        super().__init__()
        self.session, self.names, self.language = session, names, language
        self._week = title
        self._told = ""
        self._shown: GivenAnswer | Page | None = None
        self._parts: dict[str, Text] = {}
        self._page: Page | None = None  # shown in place of the answer
        self.failure: Exception | None = None

    def compose(self) -> ComposeResult:
        """Yields the parts, from the top down."""
        yield Static(id="head")
        yield Static(id="prompt")
        with VerticalScroll(id="answer", can_focus=False):
            yield Static(id="text")
        yield Static(id="rubric")
        yield Comment()
        yield Bank()
        yield Static(id="given")
        yield Static(id="foot")

    def on_mount(self) -> None:
        """Shows the first answer, and regularly looks for marks that others give."""
        self.set_interval(REFRESH, self._look)
        marked, every = self.session.done
        self._told = f"{marked} of {every} answers have a mark; ? shows the keys" if marked else "? shows the keys"
        with self._leaving():
            self._show()

    def on_resize(self) -> None:
        """Draws the screen again, because the rubric has more room on a larger screen."""
        with self._leaving():
            self._show()

    def _look(self) -> None:
        with self._leaving():
            if self._page is None and not self._typing and self.session.refresh():
                self._show()

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        """Ends the session at an error, such as a full disk. The caller of the screen raises `failure`.

        The library would print a page of everything in memory, including the names of students.
        """
        try:
            yield
        except Exception as error:
            self.failure = error
            self.exit()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Does what a key asks for."""
        with self._leaving():
            return await super().run_action(action, default_namespace, namespaces)
        return True

    # --- what is shown ---

    def _show(self) -> None:
        """Draws everything again, so that nothing on the screen is out of date. It is little text."""
        if self.query("#head"):
            with self.batch_update():
                self._show_parts()

    def _show_parts(self) -> None:
        answer = self.session.answer
        parts = {
            "head": self._head(answer),
            "prompt": cut(self._in_language(self.session.pile.question.prompt), 2, self.size.width - 2),
            "text": self._page.visible(self._room) if self._page else self._text(answer),
            "rubric": self._rubric(),
            "given": self._given(answer),
            "foot": self._foot(),
        }
        for name, part in parts.items():
            before = self._parts.get(name)
            if part != before:  # only what has changed is laid out and drawn again
                same_height = before is not None and before.plain.count("\n") == part.plain.count("\n")
                self.query_one(f"#{name}", Static).update(part, layout=name == "text" or not same_height)
        self._parts = parts
        frame = self.query_one("#answer", VerticalScroll)
        # As `Content`: a string would be read as markup, and an id such as `[/]` would end the session.
        frame.border_title = Content(self._page.heading if self._page else self._group(answer))
        more = "more below" if self._page and self._page.more(self._room) else ""
        below = more if self._page else spelled_out(answer.student) if self.names else ""
        frame.border_subtitle = Content(one_line(below))
        for name in ("prompt", "rubric", "given"):
            self.query_one(f"#{name}").display = self._page is None and (name != "rubric" or not self._typing)
        shown = self._page or answer
        if self._shown is not shown:
            frame.scroll_home(animate=False)
            self._shown = shown

    @property
    def _typing(self) -> bool:
        return any(self.query_one(window).display for window in (Comment, Bank))

    @property
    def _room(self) -> int:
        """The number of lines for a page: all except the head, the foot and the frame."""
        return max(1, self.size.height - 5)

    def _group(self, answer: GivenAnswer) -> str:
        sizes = self.session.pile.sizes
        told = f"group {answer.group + 1} of {len(sizes)}"
        if sizes[answer.group] == 1:
            return told
        waiting = sum(each.mark is None for each in self.session.pile.answers if each.group == answer.group)
        return f"{told}: {sizes[answer.group]} alike" + (f", {waiting} wait" if waiting else "")

    def _head(self, answer: GivenAnswer) -> Text:
        session, pile = self.session, self.session.pile
        marked, every = session.done
        where = Text.assemble((f"{self._week}  ", "bold"), (pile.question.id, "bold cyan"))
        where.append(f"  question {session.at[0] + 1} of {len(session.piles)}", style="dim")
        here = len(pile.answers) - pile.waiting
        marked_here = bar(here, len(pile.answers)).append(f" {here} marked, {pile.waiting} wait")
        place = self._apart(where, Text(f"answer {session.at[1] + 1} of {len(pile.answers)}"))
        return Text("\n").join([place, self._apart(marked_here, Text(f"week {marked} of {every}", style="dim"))])

    def _apart(self, left: Text, right: Text) -> Text:
        """Returns two texts at the two ends of a line."""
        blanks = self.size.width - 2 - left.cell_len - right.cell_len
        return Text.assemble(left, " " * max(2, blanks), right)

    def _text(self, answer: GivenAnswer) -> Text:
        state, text = answer.written.state, spelled_out(answer.written.answer)
        if not text.strip() and state is AnswerState.GIVEN:
            state = AnswerState.EMPTY
        lines = wrap(text, max(20, self.size.width - 6)) if text.strip() else []
        form = [] if state is AnswerState.GIVEN else [Text(f"({ANSWER_WORDS[state]})", style="yellow")]
        return Text("\n").join([*form, *map(Text, lines)])

    def _rubric(self) -> Text:
        session = self.session
        items = session.pile.question.rubric
        most = max(1, min(4, (_LINES + max(0, self.size.height - 24) // 2) // max(1, len(items))))
        lines = []
        for number, item in enumerate(items):
            granted, near = item.id in session.draft.items, item.id in session.answer.suggested
            key = (str((number + 1) % 10) if number < 10 else " ", "bold yellow")
            box = ("[x]", "bold green") if granted else ("[ ]", "")
            worth = f"{points(item.points):>3}" + ("~" if near else " ")
            first, *rest = cut(self._in_language(item.asks), most, self.size.width - 13).split("\n")
            style = "" if granted else "dim"
            lines.append(Text.assemble(key, " ", box, (worth, "magenta"), " ", (first.plain, style)))
            lines += [Text(f"{'':10}{line.plain}", style=style) for line in rest]
        return Text("\n").join(lines)

    def _given(self, answer: GivenAnswer) -> Text:
        session = self.session
        line = Text(f"{points(session.score)} of {points(session.pile.question.points)} points", style="bold")
        if session.begun:
            line.append("  not given yet", style="yellow")
        if mark := answer.mark:
            line.append(f"  marked {points(mark.score or 0.0)} by {spelled_out(mark.marker)}", style="green")
        elif old := answer.outdated:
            since = f"  changed since {spelled_out(old.marker)} gave {points(old.score or 0.0)}: mark it again"
            line.append(since, style="bold yellow")
        if any(item.id in answer.suggested for item in session.pile.question.rubric):
            line.append("  ~ seems to touch", style="magenta")
        if not session.draft.comment:
            return line
        comment = cut(f"comment: {spelled_out(session.draft.comment)}", 2, self.size.width - 2)
        return Text("\n").join([line, comment])

    def _foot(self) -> Text:
        if self._told:
            return Text(self._told, style="bold", no_wrap=True, overflow="ellipsis")
        if self._page:
            keys = "up, down, page keys scroll  " + ("enter gives  " if self._page.agree else "") + "esc closes"
            return Text(keys, style="dim")
        keys = "1-9 items  enter give  a group  c comment  b bank  u undo  r rubric  ? keys"
        return Text(keys, style="dim", no_wrap=True, overflow="ellipsis")

    def _in_language(self, text: Bilingual) -> str:
        return " ".join((text.zh if self.language == "zh" else text.en).split())

    # --- what the keys do ---

    def _say(self, text: str = "") -> None:
        self._told = text
        self._show()

    def action_item(self, number: int) -> None:
        """Grants or takes back an item of the rubric, by its number from 0."""
        items = self.session.pile.question.rubric
        if number < len(items):
            self.session.toggle(items[number].id)
            self._say()
        else:
            self._say(f"this rubric has {len(items)} items")

    def action_grant(self, everything: bool) -> None:
        """Grants all items, or none."""
        self.session.grant(everything)
        self._say()

    def action_adjust(self, by: float) -> None:
        """Adds or removes half a point."""
        self.session.adjust(by)
        self._say()

    def action_drop(self) -> None:
        """Forgets what was begun for this answer."""
        self.session.drop()
        self._say("dropped what was begun here")

    def action_give(self) -> None:
        """Gives the mark and moves to the next answer. Without a choice it gives nothing, so a held key gives no zeros."""
        if self._page:
            agree = self._page.agree
            self.action_close()
            if agree:
                agree()
        elif not self.session.draft.chosen:
            self._say("no points are chosen yet: z and then enter gives 0")
        elif self.session.begun:
            self._give([self.session.answer])
        else:
            self.action_next_waiting()

    def action_give_group(self) -> None:
        """Gives the mark to all similar answers, after they were shown."""
        chosen = self.session.group_waiting()
        if not self.session.draft.chosen:
            self._say("no points are chosen yet: 1-9 choose items, z none")
            return
        if not self.session.begun:
            chosen = chosen[1:]
        if not chosen or chosen == [self.session.answer]:
            self._say("no other answer of this group waits; enter gives the mark to this one")
            return
        score = f"{points(self.session.score)} of {points(self.session.pile.question.points)}"
        heading = f"Give {score} to {len(chosen)} answers?  enter gives, esc does not"

        texts = listed([each.written.answer for each in chosen], self.size.width - 6)
        self._open(Page(heading, map(Text, texts), lambda: self._give(chosen)))

    def _give(self, chosen: list[GivenAnswer]) -> None:
        try:
            count = self.session.give(chosen)
        except TakenError as error:
            theirs = next(
                (mark for mark in error.theirs if mark.student == self.session.answer.student), error.theirs[0]
            )
            self._say(f"not given: {told(theirs)} meanwhile; enter gives yours, w goes on")
            return
        what = f"gave {points(self.session.score)} to {count} answer{'s' if count > 1 else ''}"
        more = self.session.next_waiting()
        self._say(f"{what}; u takes it back" if more else f"{what}; every answer has its mark, q leaves")

    def action_undo(self) -> None:
        """Takes back the last mark, and shows its answer."""
        try:
            step = self.session.undo()
        except TakenError as error:
            self._say(f"cannot be undone: {told(error.theirs[0])} since")
            return
        count = f"{len(step.given)} marks" if step and len(step.given) > 1 else "1 mark"
        self._say(f"took back {count}" if step else "nothing was given in this session yet")

    def action_comment(self) -> None:
        """Opens the field for a comment, which is stored at every key."""
        before = self.session.draft.comment

        def changed(text: str) -> None:
            with self._leaving():
                self.session.comment(text)

        def finished(text: str | None) -> None:
            changed(before if text is None else text)
            self._say()

        self.query_one(Comment).open(before, changed, finished)
        self._show()

    def action_bank(self) -> None:
        """Opens the list of comments that were given before."""
        comments = self.session.ledger.comments(self.session.pile.question.id)
        if not comments:
            self._say("no comment was given in this week yet; c writes one")
            return

        def chosen(text: str | None) -> None:
            if text is not None:
                old = self.session.draft.comment.strip()
                self.session.comment(text if not old or old == text else f"{old} {text}")
            self._say()

        self.query_one(Bank).open(comments, chosen)
        self._show()

    def action_move(self, by: int) -> None:
        """Moves to the next answer, or the one before."""
        self._say("" if self.session.move(by) else "no more answers in this direction; > and < change the question")

    def action_move_group(self, by: int) -> None:
        """Moves to the next group, or the one before."""
        self._say("" if self.session.move_group(by) else "no more groups in this direction")

    def action_move_pile(self, by: int) -> None:
        """Moves to the next question, or the one before."""
        self.session.move_pile(by)
        self._say()

    def action_next_waiting(self) -> None:
        """Moves to the next answer that has no mark."""
        self._say("" if self.session.next_waiting() else "every answer has its mark; q leaves")

    def action_scroll(self, by: int) -> None:
        """Scrolls the page, or the answer if it is longer than its frame."""
        if self._page:
            self._page.scroll(by, self._room)
            self._show()
            return
        self.query_one("#answer", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_language(self) -> None:
        """Switches between English and Chinese."""
        self.language = "en" if self.language == "zh" else "zh"
        if self._page:
            self.action_rubric()
        self._say()

    # --- pages in place of the answer ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Returns whether a key may act. While a page is open, keys can only scroll, agree or close."""
        reading = {"scroll", "give", "close", "leave", "rubric", "history", "help"}
        if self._page and self._page.heading.startswith(_QUESTION):
            reading.add("language")
        return self._page is None or action in reading

    def _open(self, page: Page) -> None:
        self._page = page
        self._say()

    def action_close(self) -> None:
        """Returns to the answer."""
        self._page = None
        self._show()

    def action_leave(self) -> None:
        """Returns to the answer, or ends the session."""
        if self._page:
            self.action_close()
        else:
            self.exit()

    def action_rubric(self) -> None:
        """Shows all that the course says of this question."""
        self._open(Page(f"{_QUESTION}; esc closes", self._whole_question()))

    def _whole_question(self) -> Iterator[Text]:
        question = self.session.pile.question
        yield from self._lines(self._in_language(question.prompt), "bold")
        for number, item in enumerate(question.rubric, 1):
            yield Text()
            first, *rest = self._lines(self._in_language(item.asks), indent=6)
            yield Text(f"{number:>2} {points(item.points):>2} ") + first[6:]
            yield from rest
            if item.rejects:
                yield from self._lines(f"not: {self._in_language(item.rejects)}", "red", indent=6)
        if question.answer:
            yield Text("model answer", style="bold")
            yield from self._lines(self._in_language(question.answer))

    def _lines(self, text: str, style: str = "", indent: int = 0) -> Iterator[Text]:
        for line in wrap(text, max(20, self.size.width - 6 - indent)):
            yield Text(" " * indent + line, style=style)

    def action_history(self) -> None:
        """Shows every mark that this answer ever had."""
        self._open(Page("marks of this answer; esc closes", self._history()))

    def _history(self) -> Iterator[Text]:
        answer = self.session.answer
        entries = self.session.ledger.history(answer.student, answer.written.question)
        for mark in entries:
            yield Text(f"{mark.at} UTC  {told(mark)}", style="bold")
            yield from self._lines(f"{', '.join(mark.items)}  {spelled_out(mark.comment)}".strip(), indent=2)
            if mark.answer_sha256 != answer_sha256(answer.written.answer):
                old = spelled_out(self.session.ledger.text(mark) or "")
                yield from self._lines(f"for another text: {old}", "dim", indent=2)
        if not entries:
            yield Text("none yet")

    def action_help(self) -> None:
        """Shows the keys."""
        self._open(Page("keys; esc closes", iter(map(Text, HELP.splitlines()))))
