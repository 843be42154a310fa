"""Reads `questions.toml`: the written questions and their rubrics. Makes the sheet for the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from cnngrade.course.course_file import CourseFile, Id, Points, Prose, Schema, Table, points, tables


@dataclass(frozen=True)
class Text:
    """One text in the languages of the course."""

    en: str
    zh: str


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: what earns its points, and what does not."""

    id: str
    points: float
    asks: Text
    rejects: Text | None


@dataclass(frozen=True)
class Question:
    """A written question. In a student's copy of the course, `answer` is None and `rubric` is empty."""

    id: str
    prompt: Text
    answer: Text | None
    points: float
    rubric: tuple[Criterion, ...]


class _Text(Table):
    en: Prose
    zh: Prose


class _Criterion(Table):
    id: Id
    points: Points
    asks: _Text
    rejects: _Text | None = None


class _Question(Table):
    id: Id
    points: Points
    prompt: _Text
    answer: _Text | None = None
    rubric: list[_Criterion] = Field(default_factory=list)


class _Questions(Table):
    schema_: Schema
    question: list[_Question] = Field(min_length=1)


def read_questions(file: CourseFile, complete: bool) -> tuple[Question, ...]:
    """Returns the questions of the file. Returns none after noting in `file.problems` what is wrong.

    With `complete`, each question must have a model answer and a rubric. A teacher's copy has them, a student's has
    not.
    """
    checked = file.validated(_Questions)
    file.forbid_twins(("question",), "id")
    for number, question in enumerate(tables(file.data.get("question"))):
        _check_rubric(file, number, question, complete)
    if checked is None or file.problems:
        return ()
    return tuple(_question(question) for question in checked.question)


def _check_rubric(file: CourseFile, number: int, question: dict[str, object], complete: bool) -> None:
    here = ("question", number)
    for key in ("answer", "rubric") if complete else ():
        if not question.get(key):
            file.wrong(here, f"{key!r} is missing")
    file.forbid_twins((*here, "rubric"), "id", where=question)
    stated, total = points(question.get("rubric")), points([question])
    # Rounded to a thousandth, so that three thirds make one.
    if stated and total and round(sum(stated) - total[0], 3):
        file.wrong((*here, "points"), f"the rubric's points add up to {sum(stated):g}, the question's are {total[0]:g}")


def _question(question: _Question) -> Question:
    return Question(
        id=question.id,
        prompt=Text(question.prompt.en, question.prompt.zh),
        answer=_text(question.answer),
        points=question.points,
        rubric=tuple(
            Criterion(each.id, each.points, Text(each.asks.en, each.asks.zh), _text(each.rejects))
            for each in question.rubric
        ),
    )


def _text(text: _Text | None) -> Text | None:
    return None if text is None else Text(text.en, text.zh)


# --- the sheet -------------------------------------------------------------------------------------------------------

SHEET = "answers.md"
PLACE = "<!-- Write your answer below this line. 请在此行下方作答。 -->"
INTRODUCTION = (
    "Answer in English or in Chinese, and keep the headings: answers are found by them.\n"
    "请用中文或英文作答，并保留各级标题：系统依靠标题找到你的答案。"
)


def answer_sheet(title: str, questions: Sequence[Question]) -> str:
    """Returns `answers.md` as a student receives it.

    For each question it has a heading, the prompt in both languages, and an empty place.
    """
    parts = [
        f"# Written answers: {title}",
        INTRODUCTION,
    ]
    for question in questions:
        unit = "point" if question.points == 1 else "points"
        parts.append(f"## {question.id} ({question.points:g} {unit})")
        parts.append(f"{_quoted(question.prompt.en)}\n>\n{_quoted(question.prompt.zh)}")
        parts.append(f"{PLACE}\n")
    return "\n\n".join(parts) + "\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
