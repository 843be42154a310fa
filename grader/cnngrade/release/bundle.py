"""Collects what students get of a week: a small course, and a `cnngrade` to check with, from a list of allowed files.

No file is copied only because it lies in a folder: each file in the bundle is named here by its purpose. Hidden suites,
references, known mistakes, recipes, equivalents, rubrics and model answers are not named here, so they cannot get in.
With `solutions` the reference and the model answers are named. The probes, which run beside the students' code, come
along, because students can read them in any case.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import cnngrade
from cnngrade.course.location import Course, Week
from cnngrade.course.questions import Question
from cnngrade.errors import GraderError, UserError

FIGURES = (".svg", ".png", ".jpg", ".jpeg")
PACKAGE = Path(cnngrade.__file__).parent
_PACKAGE_FILES = (".py", ".j2", ".js", ".ini", ".typed")
# Files that are needed to install the package, besides README.md.
_PROJECT_FILES = ("pyproject.toml", "requirements.lock", "LICENSE")


def bundle(course: Course, week: Week, solutions: bool = False) -> dict[str, bytes]:
    """Returns path in the bundle -> content. With `solutions` it holds the reference and the model answers too.

    Raises `UserError` if a part that students need is missing.
    """
    files = {"README.md": rendered("README.md.j2", course=course, week=week, solutions=solutions)}
    files |= {name: read(path) for name, path in _copied(week)}
    files |= grader_files()
    files["assignments/course.toml"] = course_toml(course, week)
    if week.questions:
        files[f"assignments/{week.name}/questions.toml"] = _questions_toml(week.questions)
    if solutions:
        files |= _solutions(week)
    return files


def bundle_name(course: Course, week: Week, solutions: bool = False) -> str:
    """Returns the name of the bundle's folder, and of its zip."""
    return f"{course.name}-{week.name}{'-solutions' if solutions else ''}"


def _copied(week: Week) -> Iterator[tuple[str, Path]]:
    """Yields the files that go into the bundle unchanged: the path there, and where the file lies."""
    here = f"assignments/{week.name}"
    yield f"{here}/assignment.toml", week.folder / "assignment.toml"
    for path in week.folder.glob("handout.*.md"):
        yield f"{here}/{path.name}", path
    for path in (week.folder / "figures").glob("*"):
        if path.suffix in FIGURES:
            yield f"{here}/figures/{path.name}", path
    if week.probes:
        yield f"{here}/{week.probes.name}", week.probes
    if week.elementary.is_file():
        yield f"{here}/{week.elementary.name}", week.elementary
    suites = list(week.public.glob("test_*.py"))
    if not suites:
        raise UserError(f"{week.name} has no public suite: {week.public} is missing or empty", "Students check with it")
    for path in suites:
        yield f"{here}/public/{path.name}", path
    for name in week.files:
        yield f"starter/{week.name}/{name}", week.starter / name


def grader_files() -> dict[str, bytes]:
    """Returns the running `cnngrade`, which `pip install .` can install after a README.md is added."""
    root = _project_root()
    files = {f"grader/cnngrade/{name}": read(path) for name, path in package_files()}
    return files | {name: read(root / name) for name in _PROJECT_FILES}


def package_files() -> Iterator[tuple[str, Path]]:
    """Yields the files of the running `cnngrade`, which has no part of any course: name in the package, and place."""
    for path in PACKAGE.rglob("*"):
        within = path.relative_to(PACKAGE)
        passing = any(part.startswith((".", "__pycache__")) for part in within.parts)  # caches, editors' files
        if path.suffix in _PACKAGE_FILES and path.is_file() and not passing:
            yield within.as_posix(), path


def _project_root() -> Path:
    """Returns the folder of the project files of the running `cnngrade`.

    Raises `UserError` if it was installed without them.
    """
    root = PACKAGE.parents[1]
    if not all((root / name).is_file() for name in _PROJECT_FILES):
        raise UserError(
            f"this cnngrade lies in {PACKAGE.parent}, without the project files that students install it from",
            "Release from a clone of the repository, after `pip install -e .` in it",
        )
    return root


def read(path: Path) -> bytes:
    """Returns the content of a file that a week must have. Raises `UserError` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", "A week has its files there") from None


# --- what is written for the bundle --------------------------------------------------------------------------------------


def rendered(template: str, **values: object) -> bytes:
    """Renders one of this package's templates. They are Markdown and shell, so nothing is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cnngrade.release"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
    )
    return environment.get_template(template).render(values).encode()


def course_toml(course: Course, week: Week) -> bytes:
    """Returns a course.toml for a course of this one week."""
    stated = {"schema": 1, "name": course.name, "title": course.title, "weeks": [week.name]}
    return _toml([f"{key} = {_value(value)}" for key, value in stated.items()], stated)


def _questions_toml(questions: tuple[Question, ...]) -> bytes:
    """Returns the questions and their points, and nothing else from the week's own file."""
    lines, tables = ["schema = 1"], []
    for question in questions:
        prompt = {"en": question.prompt.en, "zh": question.prompt.zh}
        tables.append({"id": question.id, "points": question.points, "prompt": prompt})
        lines += ["", "[[question]]", f"id = {_value(question.id)}", f"points = {_value(question.points)}"]
        lines += [f"prompt.{language} = {_value(text)}" for language, text in prompt.items()]
    return _toml(lines, {"schema": 1, "question": tables})


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON is TOML, except for DEL


def _toml(lines: list[str], meaning: dict[str, object]) -> bytes:
    text = "\n".join(lines) + "\n"
    if tomllib.loads(text) != meaning:
        raise GraderError("a file of the bundle does not say what it should")
    return text.encode()


def _solutions(week: Week) -> dict[str, bytes]:
    if week.solution is None:
        raise UserError(f"the reference of {week.name} is not installed here", "Leave out --solutions")
    files = {f"solutions/{week.name}/{name}": read(week.solution / name) for name in week.files}
    parts = [f"# Model answers: {week.title}"]
    for question in week.questions:
        if question.answer is None:
            raise UserError(f"the model answer to {question.id!r} is not installed here", "Leave out --solutions")
        parts += [f"## {question.id}", question.answer.en.strip(), question.answer.zh.strip()]
    if week.questions:
        files[f"solutions/{week.name}/answers.md"] = ("\n\n".join(parts) + "\n").encode()
    return files
