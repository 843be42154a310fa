from __future__ import annotations

import pytest

from cnngrade.course.answers import Answers, Piece, gathered, read_answers, state_of
from cnngrade.course.questions import Question, Text, answer_sheet
from cnngrade.encodings import decoded
from cnngrade.records.report import AnswerState

QUESTIONS = (
    Question("shuffle", Text("Why shuffle?\nIn one line.", "为什么要洗牌？"), None, 3, ()),
    Question("shuffle-more", Text("What does a second shuffle change?", "再洗一次呢？"), None, 1, ()),
)
FIRST, SECOND = "Because the order should not teach anything.", "Nothing at all, the order is as random as before."


def sheet(*answers: str) -> str:
    """The sheet of a student who wrote `answers` below the prompts."""
    head, *sections = answer_sheet("Week", QUESTIONS).split("\n## ")
    return head + "".join(f"\n## {each}{answer}\n" for each, answer in zip(sections, answers, strict=True))


def read(text: str | bytes) -> Answers:
    return read_answers(text if isinstance(text, bytes) else text.encode(), QUESTIONS)


WHOLE = sheet(FIRST, SECOND)


def test_the_untouched_sheet_is_still_the_template() -> None:
    """Neither heading, prompt nor the line to write below is an answer."""
    found = read(sheet("", ""))
    assert found.texts == {"shuffle": "", "shuffle-more": ""}
    assert set(found.states.values()) == {AnswerState.TEMPLATE}
    assert found.notes == found.missing == []


def test_no_sheet_is_empty_and_needs_no_note() -> None:
    """Without a sheet every answer is empty, and that is all that is said."""
    found = read(b"")
    assert (found.texts, found.notes) == ({"shuffle": "", "shuffle-more": ""}, [])
    assert set(found.states.values()) == {AnswerState.EMPTY}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_answers_are_found_by_their_headings(end: str) -> None:
    """What stands below a prompt is the answer, with headings, quotations and code of the student's own."""
    first = f"{FIRST}\n\n## Of my own\n\n> a quotation\n\n```python\n# shuffle-more\n```\n\n中文"
    found = read(sheet(first, SECOND).replace("\n", end))
    assert found.texts == {"shuffle": first, "shuffle-more": SECOND}
    assert found.notes == []
    assert set(found.states.values()) == {AnswerState.GIVEN}


def test_what_is_written_into_the_quoted_prompt_is_kept() -> None:
    """An answer that an editor or the student put behind the prompt's `>` is no part of the prompt."""
    text = WHOLE.replace("> In one line.", "> In one line.\n> Because of the order.")
    assert read(text).texts["shuffle"] == f"> Because of the order.\n{FIRST}"
    reflowed = WHOLE.replace(
        "> Why shuffle?\n> In one line.\n>\n> 为什么要洗牌？", "> Why shuffle? In one line. 为什么要洗牌？"
    )
    assert read(reflowed).texts["shuffle"] == FIRST


# The heading '## shuffle-more (1 point)' became this; how the note tells it.
RENAMED = {
    "# Shuffle more": "'# Shuffle more' was taken for '## shuffle-more'",
    "### **shuffle-more** (1 point):": "'### **shuffle-more** (1 point):' was taken for '## shuffle-more'",
    "##shuffle-more": "'##shuffle-more' was taken for '## shuffle-more'",
    "## Question 2: Shuffle_More": "'## Question 2: Shuffle_More' was taken for '## shuffle-more'",
    "## The other one": "'## The other one' was taken for '## shuffle-more' by the prompt below it",
    "no heading any more": "lacks the heading '## shuffle-more'; its prompt on line",
}


@pytest.mark.parametrize("heading", RENAMED)
def test_a_renamed_heading_is_found_and_told(heading: str) -> None:
    """The answer is found by what is left of its heading, or by its prompt, and one line says what to do."""
    found = read(WHOLE.replace("## shuffle-more (1 point)", heading))
    assert found.texts["shuffle-more"] == SECOND
    assert found.texts["shuffle"].startswith(FIRST)
    (note,) = found.notes
    assert RENAMED[heading] in note


def test_what_stands_below_a_strange_heading_is_kept_for_the_missing_question() -> None:
    """Without heading and prompt a text may belong to any question: it stays where it is, and goes to the lost one too."""
    found = read(f"## shuffle\n{FIRST}\n\n## Part B\n{SECOND}\n")
    assert found.texts["shuffle"] == f"{FIRST}\n\n## Part B\n{SECOND}"
    assert found.texts["shuffle-more"] == f"## Part B\n{SECOND}"
    assert found.missing == ["shuffle-more"]
    assert found.notes == [
        "answers.md lacks the heading '## shuffle-more': answers are found by their headings",
        "answers.md: what stands below no heading of the sheet (line 4) is kept as the answer to each",
    ]


def test_a_sheet_without_any_heading_is_kept_whole() -> None:
    """Where all headings are gone, each question gets all of the text, and a note each."""
    found = read(f"{FIRST}\n{SECOND}\n")
    assert set(found.texts.values()) == {f"{FIRST}\n{SECOND}"}
    assert len(found.notes) == 2


def test_a_lost_heading_with_nothing_below_is_empty() -> None:
    """A question whose section was deleted is empty, and the note names the heading."""
    found = read(f"## shuffle\n{FIRST}")
    assert found.texts == {"shuffle": FIRST, "shuffle-more": ""}
    assert found.notes == ["answers.md lacks the heading '## shuffle-more': answers are found by their headings"]


def test_text_above_the_first_question_is_told() -> None:
    """What answers no question is quoted in a note, not lost in silence; a title needs none."""
    found = read(WHOLE.replace("\n## shuffle (", "\nZhang San, 2024001\n\n## shuffle (", 1))
    assert found.texts == {"shuffle": FIRST, "shuffle-more": SECOND}
    assert found.notes == [
        "answers.md, line 6: 'Zhang San, 2024001' stands above the first question and answers none"
    ]  # fmt: skip
    assert read(f"# My title\n\n## shuffle\n{FIRST}\n## shuffle-more\n{SECOND}").notes == []


def test_two_answers_to_one_question_are_both_kept() -> None:
    """Neither is chosen for the student; the places are told. An empty second section is no second answer."""
    found = read(f"{WHOLE}\n## shuffle (3 points)\nOn second thoughts, luck.\n")
    assert found.texts["shuffle"] == f"{FIRST}\n\nOn second thoughts, luck."
    assert found.notes == [
        "answers.md answers 'shuffle' 2 times (line 6, line 27): all of it is kept; leave one answer"
    ]  # fmt: skip
    assert read(f"{WHOLE}\n## shuffle (3 points)\n").notes == []


CODINGS = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32", "gbk": "GBK"}


@pytest.mark.parametrize("codec", CODINGS)
def test_other_encodings_are_read_and_told(codec: str) -> None:
    """A sheet in UTF-16 or GBK loses no character, and one line says which encoding it was and what to do."""
    text = sheet("因为顺序本身不应该教会网络任何东西。", SECOND)
    found = read(text.encode(codec))
    assert found.texts == {"shuffle": "因为顺序本身不应该教会网络任何东西。", "shuffle-more": SECOND}
    assert found.notes == [f"answers.md is not UTF-8 and was read as {CODINGS[codec]}: save it as UTF-8"]


def test_western_bytes_are_not_taken_for_chinese() -> None:
    """Accented letters in Latin-1 stay what they are, also where two bytes could be a Chinese character."""
    text = "## shuffle\nDéjà vu: l'été où ça épuisait l'élève, à peine\n## shuffle-more\n"
    assert decoded(text.encode("latin-1")) == (text, "Latin-1")
    assert decoded(bytes(range(256)))[1] == "Latin-1"
    assert decoded("﻿## naïve".encode()) == ("## naïve", "")


def test_an_endless_answer_is_cut_and_told() -> None:
    """No answer makes a report of megabytes; the note says what counts."""
    found = read(f"## shuffle\n{'word ' * 40_000}\n## shuffle-more\n{SECOND}")
    assert len(found.texts["shuffle"]) == 50_000
    assert found.notes == ["answers.md: the answer to 'shuffle' has 199,999 characters; the first 50,000 count"]


STATES = {
    "": AnswerState.EMPTY,
    " \n": AnswerState.EMPTY,
    "TODO": AnswerState.SHORT,
    "I don't know": AnswerState.SHORT,
    "不知道": AnswerState.SHORT,
    "?!": AnswerState.SHORT,
    "469 iterations, the last has 96": AnswerState.GIVEN,
    "每个训练轮次都重新抽取顺序": AnswerState.GIVEN,
}


@pytest.mark.parametrize("text", STATES)
def test_only_the_form_is_looked_at(text: str) -> None:
    """Empty and too short are told apart from an answer by counting words; a wrong answer is an answer."""
    assert state_of(text) is STATES[text]


def test_pieces_come_from_anywhere() -> None:
    """Cells of a notebook are gathered as sections of a sheet are: in any order, doubled, for an unknown question."""
    pieces = [
        Piece("shuffle-more", "cell 9", SECOND),
        Piece("shuffel", "cell 4", "x"),
        Piece("shuffle", "cell 2", FIRST),
    ]
    found = gathered(pieces, QUESTIONS, "week.ipynb")
    assert found.texts == {"shuffle": FIRST, "shuffle-more": SECOND}
    assert found.notes == ["week.ipynb, cell 4: there is no question 'shuffel'; known: shuffle, shuffle-more"]
    assert gathered(pieces[:1], QUESTIONS, "week.ipynb").missing == ["shuffle"]


def test_a_copy_of_an_answer_counts_once() -> None:
    """Of two pieces with the same words one is kept, without a note; another text is kept below them, with one."""
    pieces = [Piece("shuffle", f"cell {number}", text) for number, text in enumerate([FIRST, f"\n{FIRST} ", SECOND])]
    assert gathered(pieces[:2], QUESTIONS, "a.ipynb").texts["shuffle"] == FIRST
    assert gathered(pieces[:2], QUESTIONS, "a.ipynb").notes == []
    both = gathered(pieces, QUESTIONS, "a.ipynb")
    assert both.texts["shuffle"] == f"{FIRST}\n\n{SECOND}"
    assert both.notes == ["a.ipynb answers 'shuffle' 2 times (cell 0, cell 2): all of it is kept; leave one answer"]


CRAFTED = {
    "blanks": "## shuffle" + " " * 500_000 + "x",
    "hashes": "#" + " #" * 500_000 + "x",
    "brackets": "## (" + "(" * 500_000,
    "headings": "## x\nwords\n" * 100_000,
    "sections": "## shuffle\nwords\n" * 50_000,
    "quotations": "> why\n\n" * 200_000,
    "line": "word " * 300_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("case", CRAFTED)
def test_a_crafted_sheet_is_read_like_any_other(case: str) -> None:
    """A megabyte that would keep a pattern or a loop busy for hours is read, and its notes stay short."""
    found = read(CRAFTED[case])
    assert set(found.texts) == {"shuffle", "shuffle-more"}
    assert max(map(len, found.texts.values())) <= 50_000
    assert sum(map(len, found.notes)) < 2_000
