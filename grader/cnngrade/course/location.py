"""Finds a course on this disk, and says what its folders hold.

The tree is fixed. `assignments/course.toml` and `assignments/WEEK/` hold what is asked. `starter/WEEK/` is what a
student begins with. `solutions/WEEK/` is the reference. A student's copy has neither the reference nor the hidden
suite.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from cnngrade.course.assignment import POINTS_OF_A_WEEK, Limits, Task, most_of, read_assignment
from cnngrade.course.course_file import CourseFile, Id, Prose, Schema, Table, points
from cnngrade.course.late import LatePolicy
from cnngrade.course.questions import Question, read_questions
from cnngrade.errors import CourseError, Problem, UserError, did_you_mean
from cnngrade.records.digests import digest_of_files, files_below

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Week:
    """One week: what is asked, and where its parts lie.

    `hidden`, `solution` and `probes` are None if this copy of the course lacks them. `public`, `starter` and `mistakes`
    say where these parts belong, even if they are missing.
    """

    name: str
    title: str
    folder: Path
    files: tuple[str, ...]
    tasks: tuple[Task, ...]
    questions: tuple[Question, ...]
    public: Path
    hidden: Path | None
    solution: Path | None
    starter: Path
    mistakes: Path
    probes: Path | None
    late: LatePolicy | None = None

    @property
    def elementary(self) -> Path:
        """The list of what handwritten code may use. Only some weeks have this file."""
        return self.folder / "elementary.toml"

    @property
    def most(self) -> Limits:
        """The largest value of each limit among its tasks."""
        return most_of(task.limits for task in self.tasks)

    def chosen(self, ids: Collection[str]) -> list[Task]:
        """Returns the tasks with these ids, in the week's order, or all tasks if no id is given.

        Raises: UserError: the week has no such task.
        """
        known = [task.id for task in self.tasks]
        for name in ids:
            if name not in known:
                hint = f"{did_you_mean(name, known, 0.6)} Known: {', '.join(known)}".lstrip()
                raise UserError(f"{self.name} has no task {name!r}", hint)
        return [task for task in self.tasks if not ids or task.id in ids]


@dataclass(frozen=True)
class Course:
    """A course: its folder, its name (one word), its title, and the names of its weeks."""

    root: Path
    name: str
    title: str
    weeks: tuple[str, ...]

    def week(self, name: str) -> Week:
        """Reads one week and returns it.

        A correct week can be read even if other weeks have errors. But if an error is reported, the errors of all weeks
        are.

        Raises: UserError: the course has no such week. CourseError: the week's files are wrong.
        """
        if name not in self.weeks:
            hint = f"{did_you_mean(name, self.weeks, 0.3)} Known: {', '.join(self.weeks)}".lstrip()
            raise UserError(f"there is no {name!r} in this course", hint)
        week, problems = _read_week(self.root, name)
        if week is None or problems:
            others = (other for other in self.weeks if other != name)
            raise CourseError(problems + [problem for other in others for problem in _read_week(self.root, other)[1]])
        return week

    def problems(self) -> list[Problem]:
        """Returns everything that is wrong in the files of any week."""
        return [problem for name in self.weeks for problem in _read_week(self.root, name)[1]]


class _Course(Table):
    schema_: Schema
    name: Id
    title: Prose
    weeks: list[Id] = Field(min_length=1)


def find_course(start: Path, given: Path | None = None) -> Course:
    """Finds the course in the folder `given`, or else in `start` or the nearest folder above it. Returns it.

    Raises: UserError: there is none. CourseError: its course.toml is wrong. The errors of the weeks that it names are
    included.
    """
    root = _root(start, given)
    file = CourseFile(root / "assignments" / "course.toml")
    checked = file.validated(_Course)
    file.forbid_twins(("weeks",))
    stated = file.data.get("weeks")
    names = [name for name in stated if isinstance(name, str)] if isinstance(stated, list) else []
    folders = [name for name in dict.fromkeys(names) if (root / "assignments" / name).is_dir()]
    for number, name in enumerate(names):
        if name not in folders:
            file.wrong(("weeks", number), f"weeks: {name!r} has no folder assignments/{name}")
    if checked is None or file.problems:
        raise CourseError(file.problems + [problem for name in folders for problem in _read_week(root, name)[1]])
    return Course(root, checked.name, checked.title, tuple(checked.weeks))


def _root(start: Path, given: Path | None) -> Path:
    if given is not None:
        if not _holds_course(given):
            raise UserError(
                f"there is no course in {given}: it has no assignments/course.toml",
                "Give --course the folder that contains assignments/",
            )
        return given.resolve()
    start = start.resolve()
    for folder in (start, *start.parents):
        if _holds_course(folder):
            return folder
    raise UserError(
        f"there is no course in {start} or in any folder above it",
        "Go to the folder of the course, the one that contains assignments/, or name it with --course DIR",
    )


def _holds_course(folder: Path) -> bool:
    try:
        return (folder / "assignments" / "course.toml").is_file()
    except OSError:  # a folder without read permission
        return False


def _read_week(root: Path, name: str) -> tuple[Week | None, list[Problem]]:
    """Reads a week. Returns it with its problems, or None with its problems."""
    folder = root / "assignments" / name
    if not folder.is_dir():
        return None, [Problem(folder, 0, "the folder of this week is missing")]
    hidden = folder / "hidden"
    complete = any(hidden.glob("test_*.py"))
    file = CourseFile(folder / "assignment.toml")
    assignment = read_assignment(file)
    sheet = CourseFile(folder / "questions.toml") if (folder / "questions.toml").exists() else None
    questions = read_questions(sheet, complete) if sheet else ()
    _check_total(file, sheet)
    problems = sorted(file.problems, key=_order) + sorted(sheet.problems if sheet else [], key=_order)
    for language in LANGUAGES:
        handout = folder / f"handout.{language}.md"
        if not handout.is_file():
            problems.append(Problem(handout, 0, "the handout is missing"))
    if assignment is None or problems:
        return None, problems
    solution, probes = root / "solutions" / name, folder / "probes.py"
    week = Week(
        name=name,
        title=assignment.title,
        folder=folder,
        files=assignment.files,
        tasks=assignment.tasks,
        questions=questions,
        public=folder / "public",
        hidden=hidden if complete else None,
        solution=solution if solution.is_dir() else None,
        starter=root / "starter" / name,
        mistakes=folder / "mistakes",
        probes=probes if probes.is_file() else None,
        late=assignment.late,
    )
    return week, []


def _order(problem: Problem) -> int:
    return problem.line


def _check_total(file: CourseFile, sheet: CourseFile | None) -> None:
    """Notes a problem if the week is not worth 100 points.

    If a file cannot be read or states no points, there is no sum to check.
    """
    if not file.readable or (sheet and not sheet.readable):
        return
    tasks = points(file.data.get("task"))
    questions = points(sheet.data.get("question")) if sheet else []
    if tasks is None or questions is None:
        return
    total = sum(tasks) + sum(questions)
    if round(total - POINTS_OF_A_WEEK, 3):
        absent = "" if sheet else ", since there is no questions.toml"
        parts = f"tasks {sum(tasks):g}, questions {sum(questions):g}{absent}"
        message = f"the week's points add up to {total:g} ({parts}), and should to {POINTS_OF_A_WEEK}"
        file.problems.append(Problem(file.path, 0, message))


def suite_sha256(week: Week) -> str:
    """Returns the digest of what decides a grade: assignment.toml, the suites, the probes and the reference.

    File names count as well as contents. The place of the course on the disk, caches and hidden files do not count.
    """
    return digest_of_files((name, path.read_bytes()) for name, path in sorted(_deciding_files(week)))


def _deciding_files(week: Week) -> Iterator[tuple[str, Path]]:
    yield "assignment.toml", week.folder / "assignment.toml"
    if week.probes:
        yield "probes.py", week.probes
    if week.elementary.is_file():
        yield week.elementary.name, week.elementary
    for kind, folder in (("public", week.public), ("hidden", week.hidden), ("solution", week.solution)):
        if folder:
            yield from ((f"{kind}/{path.relative_to(folder).as_posix()}", path) for path in files_below(folder))
