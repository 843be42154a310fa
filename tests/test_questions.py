from __future__ import annotations

from pathlib import Path

import pytest

from cnngrade.course import find_course
from cnngrade.course.course_file import CourseFile
from cnngrade.course.questions import Question, Text, answer_sheet, read_questions
from tests.support.courses import QUESTIONS

REPOSITORY = Path(__file__).resolve().parents[1]


def read(folder: Path, text: str, complete: bool = True) -> tuple[CourseFile, tuple[Question, ...]]:
    path = folder / "questions.toml"
    path.write_text(text, encoding="utf-8")
    file = CourseFile(path)
    return file, read_questions(file, complete)


def test_a_question_is_read_in_both_languages(tmp_path: Path) -> None:
    """Prompts, model answers and rubrics come in English and Chinese; what a rubric line rejects is optional."""
    file, (question,) = read(tmp_path, QUESTIONS)
    assert file.problems == []
    assert question.prompt == Text("How does softmax overflow?", "softmax 为何溢出？")
    assert question.answer == Text("exp of a large number.", "大数取指数。")
    assert [(each.id, each.points, each.rejects is None) for each in question.rubric] == [
        ("cause", 6, True),
        ("cure", 4, False),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("points = 4", "points = 3", 5, "the rubric's points add up to 9, the question's are 10"),
        ('prompt.zh = "softmax 为何溢出？"\n', "", 6, "'zh' is missing"),
        ("prompt.en", "prompt.eng", 6, "unknown key 'eng'. Did you mean 'en'?"),
        ('id = "cure"', 'id = "cause"', 18, "id: 'cause' is already on line 12"),
        ("rejects.en", "reject.en", 22, "unknown key 'reject'. Did you mean 'rejects'?"),
        ("points = 6", "points = '6'", 13, "points: should be a valid number, got '6'"),
        ('answer.en = "exp of a large number."\nanswer.zh = "大数取指数。"\n', "", 3, "'answer' is missing"),
    ],
)
def test_an_error_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, expected: str) -> None:
    """Wrong keys, types, sums and twins are each told where they stand."""
    assert QUESTIONS.count(old) == 1
    file, questions = read(tmp_path, QUESTIONS.replace(old, new))
    assert questions == ()
    assert (line, expected) in [(problem.line, problem.message) for problem in file.problems]


def test_a_students_copy_needs_no_answers_and_no_rubrics(tmp_path: Path) -> None:
    """Questions without model answers and rubrics are right where the copy is a student's, and wrong in a teacher's."""
    text = QUESTIONS.split("answer.en")[0]
    file, (question,) = read(tmp_path, text, complete=False)
    assert file.problems == []
    assert (question.answer, question.rubric) == (None, ())
    file, _ = read(tmp_path, text, complete=True)
    assert [problem.message for problem in file.problems] == ["'answer' is missing", "'rubric' is missing"]


@pytest.fixture
def questions() -> tuple[Question, ...]:
    prompt = Text("Why?\nIn one line.", "为什么？")
    return tuple(Question(id, prompt, None, points, ()) for id, points in (("shuffle", 3), ("shuffle-more", 1)))


def test_the_sheet_shows_each_question_and_no_answer(questions: tuple[Question, ...]) -> None:
    """Each question has a heading of its id and points, and its prompt in both languages."""
    sheet = answer_sheet("Week", questions)
    assert "## shuffle (3 points)\n\n> Why?\n> In one line.\n>\n> 为什么？\n" in sheet
    assert "## shuffle-more (1 point)\n" in sheet
    assert sheet.count("<!-- Write your answer below this line.") == 2


# The written questions that the course page asks for, week by week.
ASKED = {
    "week1": ["affine", "accuracy", "weight-sharing", "overflow"],
    "week2": ["shuffle", "transforms", "epoch-batch", "cifarnet-lenet", "permuted-pixels"],
    "week3": ["two-3x3", "dropout", "nin"],
    "week4": ["pointwise", "side-by-side", "batch-of-one"],
    "week5": ["residual", "shrinking", "sum-or-concatenation", "more-accuracy"],
}


@pytest.mark.parametrize("week", ASKED)
def test_every_question_of_the_course_is_there(week: str) -> None:
    """Each week asks its questions with a model answer, and every item of a rubric says what it does not accept."""
    questions = find_course(REPOSITORY, REPOSITORY).week(week).questions
    assert [question.id for question in questions] == ASKED[week]
    for question in questions:
        assert question.answer
        assert sum(item.points for item in question.rubric) == question.points
        assert [item.id for item in question.rubric if item.rejects is None] == []
