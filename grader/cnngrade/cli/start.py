"""`cnngrade start`: a week's starter, handouts and question sheet, or all in a notebook, without ever overwriting work."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.errors import UserError
from cnngrade.records.files import write_file

if TYPE_CHECKING:
    from cnngrade.course import Course, Week

FIGURES = {".svg", ".png", ".jpg", ".jpeg"}


@click.command(epilog="Example: cnngrade start week2 --to ~/cnn/week2")
@click.argument("week")
@click.option("--to", type=click.Path(path_type=Path), metavar="DIR", help="Where to; ./WEEK by default.")
@click.option("--notebook", is_flag=True, help="One Jupyter notebook in place of modules and question sheet.")
@click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", help="The handout's language in the notebook."
)
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def start(week: str, to: Path | None, notebook: bool, language: str, course: Path | None) -> None:
    """Copy a week's starter, handouts and question sheet.

    Files that are there already are kept as they are, so it is safe to run twice.
    """
    from cnngrade.course import find_course

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    folder = to if to is not None else Path(week)
    _refuse_the_course_itself(found, folder)
    _refuse_the_other_form(chosen, folder, notebook)
    parts = _as_notebook(chosen, language) if notebook else _parts(chosen)
    written = {name: _write_new(folder / name, content) for name, content in parts.items()}
    click.echo(f"{chosen.name}: {chosen.title}")
    click.echo(f"{len(chosen.tasks)} tasks, {len(chosen.questions)} written questions, in {folder}")
    for verb, is_new in (("added", True), ("kept", False)):
        names = ", ".join(name for name, new in written.items() if new is is_new)
        if names:
            click.echo(f"{verb}: {names}")
    click.echo(_next_steps(chosen, folder, course, notebook))


def _parts(week: Week) -> dict[str, Callable[[], bytes]]:
    """Name in the student's folder -> what gives its content: starter files, handouts with figures, the sheet."""
    from cnngrade.course.questions import SHEET, answer_sheet

    starters = [path for path in week.starter.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    if not starters:
        raise UserError(f"this course has no starter files for {week.name}: {week.starter} is missing or empty")
    figures = [path for path in (week.folder / "figures").glob("*") if path.suffix in FIGURES]
    parts = {path.relative_to(week.starter).as_posix(): path.read_bytes for path in sorted(starters)}
    for path in [*sorted(week.folder.glob("handout.*.md")), *sorted(figures)]:
        parts[path.relative_to(week.folder).as_posix()] = path.read_bytes
    if week.questions:
        parts[SHEET] = lambda: answer_sheet(week.title, week.questions).encode()
    return parts


def _as_notebook(week: Week, language: str) -> dict[str, Callable[[], bytes]]:
    """The same with one notebook in place of the modules and of the question sheet."""
    from cnngrade.course.questions import SHEET
    from cnngrade.notebooks.cells import SUFFIX
    from cnngrade.notebooks.writing import week_notebook

    parts = _parts(week)
    parts.pop(SHEET, None)
    modules = {name: parts.pop(name)().decode("utf-8") for name in week.files if name in parts}
    return {f"{week.name}{SUFFIX}": lambda: week_notebook(week, modules, language).encode(), **parts}


def _refuse_the_other_form(week: Week, folder: Path, notebook: bool) -> None:
    """A notebook beside modules: whatever would count, somebody's work would not."""
    from cnngrade.notebooks.cells import SUFFIX

    others = week.files if notebook else (f"{week.name}{SUFFIX}",)
    if there := [name for name in others if os.path.lexists(folder / name)]:
        begun, wanted = ("modules", "a notebook") if notebook else ("a notebook", "modules")
        raise UserError(
            f"{folder} holds {', '.join(there)}: this week was begun with {begun}, and one with {wanted} would compete",
            "Go on with what is there, or name another folder with --to DIR",
        )


def _refuse_the_course_itself(course: Course, folder: Path) -> None:
    """A student's folder inside starter/ or assignments/ would mix work with what it is made from."""
    inside = folder.resolve()
    for part in ("assignments", "starter", "solutions"):
        if inside.is_relative_to(course.root / part):
            raise UserError(f"{folder} lies in the course's own {part}/", "Name another folder with --to DIR")


def _write_new(path: Path, content: Callable[[], bytes]) -> bool:
    """Writes a file whole or not at all; False, and nothing touched, where something of that name exists."""
    if os.path.lexists(path):
        return False
    write_file(path, content, "Move it away, or name another --to DIR")
    return True


def _next_steps(week: Week, folder: Path, course: Path | None, notebook: bool) -> str:
    where = f" --course {shlex.quote(str(course))}" if course is not None else ""
    sheet = " and write your answers in answers.md" if week.questions else ""
    if notebook:
        read = f"open {folder / f'{week.name}.ipynb'} in Jupyter, fill in its cells, and save"
        return f"\nNext: {read}. Then try:\n  cnngrade check {week.name} --submission {shlex.quote(str(folder))}{where}"
    return (
        f"\nNext: read {folder / 'handout.en.md'} (or handout.zh.md), fill in the TODOs{sheet}. Then try:\n"
        f"  cnngrade check {week.name} --submission {shlex.quote(str(folder))}{where}"
    )
