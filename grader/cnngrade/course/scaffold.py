"""Writes a new week that is small, complete and correct. Its comments teach the format."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cnngrade.course.course_file import with_values
from cnngrade.course.location import Course
from cnngrade.course.starter import write_starter
from cnngrade.errors import OutputError, UserError

TEMPLATES = Path(__file__).with_name("templates") / "week"
_PLACE = "WEEK"  # the folder of the templates that is renamed to the week's name
_NAME = re.compile(r"week[1-9]\d{0,2}")  # the form by which folders of different weeks are recognised


def new_week(course: Course, name: str, title: str) -> list[Path]:
    """Writes a week into the course, and names it in course.toml at the end. Returns the files written.

    Raises `UserError` if the name is not valid or is taken, and `OutputError` if a file cannot be written. Then no file
    is left.
    """
    if not _NAME.fullmatch(name):
        raise UserError(f"{name!r} is not the name of a week", "Name it like the others: week6")
    folders = [folder for folder in _folders(course, name) if folder.exists()]
    if name in course.weeks or folders:
        taken = f"{folders[0]} is there already" if folders else "course.toml names it already"
        raise UserError(f"{name} is not new: {taken}", f"Known: {', '.join(course.weeks)}")
    if not title.strip() or not title.isprintable():
        raise UserError("--title must be one line of text", 'Such as --title "Attention"')
    file = course.root / "assignments" / "course.toml"
    named = with_values(file.read_text("utf-8"), {("weeks",): [*course.weeks, name]})
    written: list[Path] = []
    try:
        for path, text in _rendered(course, name, title):
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            path.write_text(text, "utf-8", newline="\n")
        written += write_starter(course.root / "solutions" / name, course.root / "starter" / name)
        file.write_text(named, "utf-8", newline="\n")
    except OSError as error:
        for folder in _folders(course, name):  # safe, because none of them existed before
            shutil.rmtree(folder, ignore_errors=True)
        raise OutputError(f"cannot write {error.filename}: {error.strerror}", "Nothing of the week was kept") from error
    return written


def new_starter(course: Course, name: str) -> list[Path]:
    """Writes the starter of an existing week from its reference. Returns the files written.

    Raises `UserError` if there is no such week, and `CourseError` with what is wrong with the marks. Then nothing
    changes.
    """
    solution = course.root / "solutions" / name
    if name not in course.weeks or not solution.is_dir():
        raise UserError(f"there is no reference of {name} in this course", f"Known: {', '.join(course.weeks)}")
    return write_starter(solution, course.root / "starter" / name)


def _folders(course: Course, name: str) -> Iterator[Path]:
    for part in ("assignments", "solutions", "starter", "tests/samples"):
        yield course.root / part / name


def _rendered(course: Course, name: str, title: str) -> Iterator[tuple[Path, str]]:
    """Yields the path and the text of each file of a week."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True)
    says = {"week": name, "title": title, "title_toml": json.dumps(title, ensure_ascii=False)}
    for template in sorted(environment.list_templates(extensions=["j2"])):
        parts = [name if part == _PLACE else part for part in template.removesuffix(".j2").split("/")]
        yield course.root.joinpath(*parts), environment.get_template(template).render(says)
