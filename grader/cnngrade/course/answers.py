"""Finds the written answers of a student, question by question, even if the sheet was damaged.

A source of answers (the sheet here, tagged cells in a notebook) is cut into `Piece`s. `gathered` makes one text per
question from them. Only the form of an answer is checked, never its content.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, pairwise

from cnngrade.course.questions import INTRODUCTION, PLACE, SHEET, Question
from cnngrade.encodings import decoded
from cnngrade.records.report import AnswerState, WrittenResult

FEWEST_WORDS = 5  # a shorter text is no answer yet; two Chinese characters count as a word
MOST_CHARACTERS = 50_000  # of one answer
SHEET_BYTES = 1024**2  # far more than a week's answers, in any encoding
_HAN = r"\u3400-\u9fff\uf900-\ufaff"


@dataclass(frozen=True)
class Piece:
    """What a student wrote for one question in one place, with the prompt. `where` is for example "line 12" or "cell 7"."""

    question: str
    where: str
    text: str


@dataclass
class Answers:
    """The answers that were found: the text and the state of each, and one-line notes on what is odd.

    `missing` lists the questions for which there is no piece.
    """

    texts: dict[str, str] = field(default_factory=dict)
    states: dict[str, AnswerState] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def results(self, questions: Sequence[Question]) -> list[WrittenResult]:
        """Returns the answers as a report holds them before they are marked."""
        return [
            WrittenResult(each.id, None, each.points, self.texts[each.id], state=self.states[each.id])
            for each in questions
        ]


def gathered(pieces: Iterable[Piece], questions: Sequence[Question], source: str) -> Answers:
    """Makes one answer per question from pieces in any order. Returns the answers with notes.

    `source` is the name of the pieces' origin in notes. Two different pieces for one question are both kept, one below
    the other. A copy counts once. A piece for an unknown question is reported in a note.
    """
    found = Answers()
    known = {question.id: question for question in questions}
    by_question: dict[str, list[Piece]] = {question: [] for question in known}
    for piece in pieces:
        if piece.question in known:
            by_question[piece.question].append(piece)
        else:
            found.notes.append(
                f"{source}, {piece.where}: there is no question {piece.question!r}; known: {', '.join(known)}"
            )
    for question, its in by_question.items():
        _take(found, known[question], its, source)
    return found


def _take(found: Answers, question: Question, pieces: list[Piece], source: str) -> None:
    written: dict[str, Piece] = {}  # by text, so that a copy counts once
    for piece in pieces:
        if text := own_text(piece.text, question):
            written.setdefault(text, piece)
    if len(written) > 1:
        places = ", ".join([piece.where for piece in list(written.values())[:5]] + ["..."] * (len(written) > 5))
        found.notes.append(
            f"{source} answers {question.id!r} {len(written)} times ({places}): all of it is kept; leave one answer"
        )
    text = "\n\n".join(written)
    if len(text) > MOST_CHARACTERS:
        found.notes.append(
            f"{source}: the answer to {question.id!r} has {len(text):,} characters; the first {MOST_CHARACTERS:,} count"
        )
        text = text[:MOST_CHARACTERS]
    if not pieces:
        found.missing.append(question.id)
    found.texts[question.id] = text
    found.states[question.id] = state_of(text, untouched=any(piece.text.strip() for piece in pieces))


def state_of(text: str, untouched: bool = False) -> AnswerState:
    """Returns what the form of an answer says of it: given, short, empty, or only the template's text.

    `untouched` says that the text of the template is still in its place.
    """
    if not text.strip():
        return AnswerState.TEMPLATE if untouched else AnswerState.EMPTY
    return AnswerState.GIVEN if word_count(text) >= FEWEST_WORDS else AnswerState.SHORT


def word_count(text: str) -> float:
    """Returns the length of a text in words. Two Chinese characters count as one word."""
    return len(re.findall(rf"[^\W_{_HAN}]+", text)) + len(re.findall(rf"[{_HAN}]", text)) / 2


def own_text(text: str, question: Question) -> str:
    """Returns the student's own words: without the template's line to write below, and without the prompt.

    Lines that the student added to the quoted prompt stay.
    """
    lines = text.replace(PLACE, "").strip().split("\n")
    quoted = 0
    while quoted < len(lines) and (lines[quoted].lstrip().startswith(">") or not lines[quoted].strip()):
        quoted += 1
    en, zh, prompt = _prompt(question.prompt.en, question.prompt.zh)
    kept = [line for line in lines[:quoted] if _squeezed(line) not in prompt]
    if _squeezed(" ".join(kept)) in (en, zh, en + zh, zh + en):  # an editor may have moved its line breaks
        kept = []
    return "\n".join(kept + lines[quoted:]).strip()


@lru_cache(maxsize=256)  # a sheet may name the same question in 100,000 headings
def _prompt(en: str, zh: str) -> tuple[str, str, frozenset[str]]:
    """Returns a prompt in both languages, squeezed, and the set of its lines, which holds the blank line too."""
    lines = frozenset(_squeezed(line) for text in (en, zh) for line in text.split("\n"))
    return _squeezed(en), _squeezed(zh), lines | {""}


def _squeezed(text: str) -> str:
    """Returns only the letters and digits of a text, which stay the same when an editor reformats it."""
    return "".join(char for char in text.casefold() if char.isalnum())


# --- the sheet --------------------------------------------------------------------------------------------------------


def read_answers(sheet: bytes, questions: Sequence[Question]) -> Answers:
    """Reads the answers on a sheet in any encoding. Returns them with notes on renamed, doubled and lost headings.

    An answer ends at the heading of the next question. Headings that the student added belong to the answer. Text that
    stands below no heading of the sheet is kept with each question whose heading is lost. No sheet (`b""`) means no
    answers and needs no note. Only the first `SHEET_BYTES` are read. The time grows in proportion to the size.
    """
    if not sheet or not questions:
        return gathered((), questions, SHEET)
    text, encoding = decoded(sheet[:SHEET_BYTES])
    sections = _Sections(text.split("\n"), questions)
    found = gathered(sections.pieces(), questions, SHEET)
    if encoding:
        found.notes.insert(0, f"{SHEET} is not UTF-8 and was read as {encoding}: save it as UTF-8")
    if len(sheet) > SHEET_BYTES:
        kilobytes = len(sheet) // 1024
        found.notes.insert(0, f"{SHEET} has {kilobytes:,} KB; the first {SHEET_BYTES // 1024} KB are read")
    found.notes.extend(sections.notes)
    _rescue(found, sections, {question.id: question for question in questions})
    return found


# These patterns do not backtrack (`++`, `*+`), so their time grows only in proportion to the text.
_HEADING = re.compile(r" {0,3}+(#{1,6})[ \t]*+(\S.*)")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_LONGEST_HEADING = 200  # characters; a longer, crafted line would make the patterns slow
_MOST_HEADINGS = 500  # that a student added


class _Sections:
    """Where on a sheet the section of each question begins, and what lies outside all sections."""

    def __init__(self, lines: list[str], questions: Sequence[Question]) -> None:
        self.lines = lines
        self.notes: list[str] = []
        self.starts: dict[int, str] = {}  # index of a section's first line -> question
        self._quoted: list[tuple[int, str]] | None = None
        ids = "|".join(re.escape(question.id) for question in questions)
        strict = re.compile(rf"##[ \t]++({ids})[ \t]*+(?:[(（][^)）]*+[)）])?+[ \t]*+[:：]?+[ \t]*+")
        for number, line in enumerate(lines):
            if len(line) <= _LONGEST_HEADING and (match := strict.fullmatch(line)):
                self.starts[number] = match[1]
        others = ((number, heading) for number, heading in _headings(lines) if number not in self.starts)
        self._headings = dict(islice(others, _MOST_HEADINGS))
        for question in questions:
            if question.id not in self.starts.values():
                self._find(question)
        for number in self.starts:
            self._headings.pop(number, None)

    def _find(self, question: Question) -> None:
        """Finds a section whose heading was renamed or lost, by the rest of the heading or by the quoted prompt."""
        for number, (_, title) in self._headings.items():
            if number not in self.starts and _as_id(title) == question.id:
                self._rename(number, question, f"was taken for '## {question.id}'")
        if question.id in self.starts.values():
            return
        if self._quoted is None:
            self._quoted = list(_quotations(self.lines))
        prompts = _prompt(question.prompt.en, question.prompt.zh)[:2]
        for number in (start for start, block in self._quoted if any(prompt in block for prompt in prompts)):
            above = next((n for n in range(number - 1, -1, -1) if self.lines[n].strip()), None)
            if above in self._headings and above not in self.starts:
                self._rename(above, question, f"was taken for '## {question.id}' by the prompt below it")
            else:
                self.starts[number] = question.id
                self.notes.append(
                    f"{SHEET} lacks the heading '## {question.id}'; its prompt on line {number + 1} was taken for it"
                )
            return

    def _rename(self, number: int, question: Question, how: str) -> None:
        self.starts[number] = question.id
        self.notes.append(
            f"{SHEET}, line {number + 1}: {_shown(self.lines[number])} {how}; keep the headings as they are"
        )

    def pieces(self) -> Iterator[Piece]:
        """Yields one piece per section, in the order of the sheet."""
        for start, end in pairwise([*sorted(self.starts), len(self.lines)]):
            heading = not self.lines[start].lstrip().startswith(">")
            body = "\n".join(self.lines[start + heading : end])
            yield Piece(self.starts[start], f"line {start + 1}", body)

    def unclaimed(self) -> list[tuple[int, str]]:
        """Returns (line from 1, text) of what stands above all sections or below headings that are not of the sheet."""
        first = min(self.starts, default=len(self.lines))
        ends = sorted({*self.starts, *(n for n, (level, _) in self._headings.items() if level <= 2), len(self.lines)})
        found = []
        if above := _without_introduction(self.lines[:first]):
            found.append(above)
        for number, (level, _) in self._headings.items():
            if number > first and level == 2:
                end = ends[bisect_right(ends, number)]
                if any(line.strip() for line in self.lines[number + 1 : end]):
                    found.append((number + 1, "\n".join(self.lines[number:end]).strip()))
        return found


def _headings(lines: list[str]) -> Iterator[tuple[int, tuple[int, str]]]:
    """Yields (index, (level, title)) of each heading outside fenced code."""
    fence = ""
    for number, line in enumerate(lines):
        if match := _FENCE.match(line):
            fence = "" if match[1] == fence else fence or match[1]
        elif not fence and len(line) <= _LONGEST_HEADING and (match := _HEADING.fullmatch(line)):
            yield number, (len(match[1]), match[2].rstrip(" \t#") or match[2][:1])


def _as_id(title: str) -> str:
    """Returns a title as the id it may once have been.

    Points, emphasis and colon are removed, and the words are joined by hyphens.
    """
    bare = _without_points(title.casefold())
    # This pattern backtracks, but a title has at most `_LONGEST_HEADING` characters.
    bare = re.sub(r"^\s*(?:question|q|问题|题目?)?\s*\d*\s*[.)、:：]?\s+", "", bare)
    return re.sub(r"[\s_-]+", "-", re.sub(r"[*`:：。.]+", "", bare)).strip("-")


def _without_points(title: str) -> str:
    """Returns a title without the brackets at its end, such as `(4 points):`."""
    end = title.rstrip()
    end = end[:-1].rstrip() if end.endswith((":", "：")) else end
    inside = end[:-1] if end.endswith((")", "）")) else title
    closed = max(inside.rfind(")"), inside.rfind("）"))
    opens = [at for bracket in "(（" if (at := inside.find(bracket, closed + 1)) >= 0]
    return title[: min(opens)] if opens else title


def _quotations(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yields (first line, squeezed text) of each quotation."""
    start = None
    for number, line in enumerate([*lines, ""]):
        quoted = line.lstrip().startswith(">")
        if quoted and start is None:
            start = number
        elif not quoted and start is not None:
            yield start, _squeezed(" ".join(lines[start:number]))
            start = None


def _without_introduction(lines: list[str]) -> tuple[int, str] | None:
    """Returns (line from 1, text) of what stands above the first section and is neither a title nor of the template."""
    introduction = _squeezed(INTRODUCTION)
    own = [
        (number, line)
        for number, line in enumerate(lines)
        if not re.match(r"#[ \t]", line) and _squeezed(line) and _squeezed(line) not in introduction
    ]
    return (own[0][0] + 1, "\n".join(lines[own[0][0] : own[-1][0] + 1]).strip()) if own else None


def _rescue(found: Answers, sections: _Sections, questions: dict[str, Question]) -> None:
    """Keeps text that stands below no heading of the sheet: with each question whose heading is lost, or in a note."""
    outside = sections.unclaimed()
    if found.missing:
        lost = ", ".join(f"'## {question}'" for question in found.missing)
        heading = "heading" if len(found.missing) == 1 else "headings"
        found.notes.append(f"{SHEET} lacks the {heading} {lost}: answers are found by their headings")
    for question in found.missing if outside else ():
        text = own_text("\n\n".join(text for _, text in outside)[:MOST_CHARACTERS], questions[question])
        found.texts[question], found.states[question] = text, state_of(text)
    if outside and found.missing:
        places = ", ".join(f"line {line}" for line, _ in outside[:5])
        found.notes.append(
            f"{SHEET}: what stands below no heading of the sheet ({places}) is kept as the answer to each"
        )
    elif outside and outside[0][0] <= min(sections.starts, default=0):
        line, text = outside[0]
        found.notes.append(f"{SHEET}, line {line}: {_shown(text)} stands above the first question and answers none")


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line}'" if len(line) <= 60 else f"'{line[:57]}...'"
