from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cnngrade.course import find_course, suite_sha256
from cnngrade.errors import CourseError, UserError
from tests.support.courses import ASSIGNMENT, COURSE, QUESTIONS, write_course, write_week

ROOT = Path(__file__).parents[1]


def test_the_course_is_found_upwards(tmp_path: Path) -> None:
    """Any folder below a course leads to it."""
    write_course(tmp_path)
    course = find_course(tmp_path / "solutions" / "week1")
    assert (course.root, course.name, course.title, course.weeks) == (tmp_path, "tiny", "A tiny course", ("week1",))


def test_a_given_course_wins_over_the_one_above(tmp_path: Path) -> None:
    """--course names the folder that contains assignments/, wherever one is."""
    write_course(tmp_path / "here")
    other = write_course(tmp_path / "other", course=COURSE.replace("tiny", "other"))
    assert find_course(tmp_path / "here", other).name == "other"


def test_no_course_says_what_to_do(tmp_path: Path) -> None:
    """Without a course, above or where it is said to be, the error names the next step."""
    with pytest.raises(UserError, match="or name it with --course DIR"):
        find_course(tmp_path)
    with pytest.raises(UserError, match=r"has no assignments/course\.toml"):
        find_course(tmp_path, tmp_path / "absent")


def test_an_unknown_week_names_the_nearest(tmp_path: Path) -> None:
    """A week that the course has not is answered with those that it has."""
    with pytest.raises(UserError) as error:
        find_course(write_course(tmp_path)).week("wek1")
    assert str(error.value) == "there is no 'wek1' in this course. Did you mean 'week1'? Known: week1"


def test_a_week_knows_its_folders(tmp_path: Path) -> None:
    """A week holds what its files state, and where its suites, starter and reference lie."""
    write_course(tmp_path)
    week = find_course(tmp_path).week("week1")
    folder = tmp_path / "assignments" / "week1"
    assert (week.name, week.title, week.folder) == ("week1", "Shapes", folder)
    assert (week.public, week.hidden, week.mistakes) == (folder / "public", folder / "hidden", folder / "mistakes")
    assert (week.starter, week.solution) == (tmp_path / "starter" / "week1", tmp_path / "solutions" / "week1")
    assert [task.id for task in week.tasks] + [question.id for question in week.questions] == [
        "output-size",
        "training",
        "overflow",
    ]
    assert week.probes is None
    (folder / "probes.py").touch()
    assert find_course(tmp_path).week("week1").probes == folder / "probes.py"


def test_a_students_copy_has_no_hidden_suite_and_no_reference(tmp_path: Path) -> None:
    """Where they are not installed the week says None, and the rest of it can be read."""
    write_course(tmp_path, questions=QUESTIONS.split("answer.en")[0])
    shutil.rmtree(tmp_path / "solutions")
    shutil.rmtree(tmp_path / "assignments" / "week1" / "hidden")
    week = find_course(tmp_path).week("week1")
    assert (week.hidden, week.solution) == (None, None)


def problems(root: Path, name: str = "week1") -> list[tuple[str, int, str]]:
    with pytest.raises(CourseError) as error:
        find_course(root).week(name)
    return [
        (problem.path.relative_to(root).as_posix(), problem.line, problem.message) for problem in error.value.problems
    ]


def test_the_errors_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Errors of course.toml, of assignments, of questions and of missing files come in one list, with places."""
    write_course(
        tmp_path,
        course=COURSE.replace('["week1"]', '["week1", "week9", "week1"]').replace("title", "titel"),
        assignment=ASSIGNMENT.replace("points = 60", "points = -60"),
        questions=QUESTIONS.replace("points = 4", "points = 5"),
    )
    (tmp_path / "assignments" / "week1" / "handout.zh.md").unlink()
    assert problems(tmp_path) == [
        ("assignments/course.toml", 0, "'title' is missing"),
        ("assignments/course.toml", 3, "unknown key 'titel'. Did you mean 'title'?"),
        ("assignments/course.toml", 4, "weeks: 'week1' is already on line 4"),
        ("assignments/course.toml", 4, "weeks: 'week9' has no folder assignments/week9"),
        ("assignments/week1/assignment.toml", 13, "points: should be greater than or equal to 0, got -60"),
        ("assignments/week1/questions.toml", 5, "the rubric's points add up to 11, the question's are 10"),
        ("assignments/week1/handout.zh.md", 0, "the handout is missing"),
    ]


def test_a_broken_week_breaks_no_other(tmp_path: Path) -> None:
    """A week that is right can be read beside one that is not; an error of one brings those of all."""
    write_course(tmp_path, course=COURSE.replace('["week1"]', '["week1", "week2", "week3"]'))
    for name in ("week2", "week3"):
        write_week(tmp_path, name, questions="[")
    assert find_course(tmp_path).week("week1").title == "Shapes"
    files = ["assignments/week3/questions.toml", "assignments/week2/questions.toml"]
    assert [file for file, _, _ in problems(tmp_path, "week3")] == files
    assert len(find_course(tmp_path).problems()) == 2


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        (
            QUESTIONS.replace("points = 10", "points = 5").replace("6", "3").replace("= 4", "= 2"),
            "95 (tasks 90, questions 5)",
        ),
        (None, "90 (tasks 90, questions 0, since there is no questions.toml)"),
    ],
)
def test_a_week_is_worth_100_points(tmp_path: Path, questions: str | None, expected: str) -> None:
    """The points of tasks and questions together have to be 100."""
    write_course(tmp_path, questions=questions)
    message = f"the week's points add up to {expected}, and should to 100"
    assert problems(tmp_path) == [("assignments/week1/assignment.toml", 0, message)]


def test_the_digest_changes_with_what_decides_a_grade_only(tmp_path: Path) -> None:
    """Suites, points, probes and the reference count, by name and content; handouts, caches and the place do not."""
    write_course(tmp_path / "here")
    root = tmp_path / "there"
    shutil.copytree(tmp_path / "here", root)
    folder = root / "assignments" / "week1"

    def digest(root: Path = root) -> str:
        return suite_sha256(find_course(root).week("week1"))

    seen = {digest(tmp_path / "here")}
    assert digest() in seen
    (folder / "handout.en.md").write_text("other words")
    (folder / "hidden" / "__pycache__").mkdir()
    (folder / "hidden" / "__pycache__" / "test_shapes.pyc").write_bytes(b"x")
    (folder / "hidden" / ".test_shapes.py.swp").write_bytes(b"x")
    assert digest() in seen
    for number, path in enumerate(("public/a.py", "hidden/a.py", "probes.py", "../../solutions/week1/shapes.py")):
        (folder / path).write_text("x = 1")
        seen.add(digest())
        assert len(seen) == number + 2
    (folder / "assignment.toml").write_text(ASSIGNMENT.replace("20", "21"))
    assert digest() not in seen
    before = digest()
    (folder / "hidden" / "a.py").rename(folder / "hidden" / "b.py")
    assert digest() != before


def test_the_real_course_is_right() -> None:
    """The course that ships with cnngrade has no error in any file."""
    assert [str(problem) for problem in find_course(ROOT).problems()] == []
