"""Compares the submissions of a class with each other and with those of earlier years, and writes the pages."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from cnngrade.barrier import Barrier
from cnngrade.course import Course, Week
from cnngrade.errors import UserError
from cnngrade.events import Begun, Event, Note
from cnngrade.reports.folder import write_atomically
from cnngrade.reports.similarity import list_page, page_name, pair_page
from cnngrade.submissions import collect
from cnngrade.submissions.similarity import Comparison, SourceText, compare, source_of


def compare_class(
    course: Course,
    week: Week,
    folders: Sequence[Path],
    out: Path,
    limits: tuple[float, int],
    layout: str,
    barrier: Barrier,
) -> Generator[Event, None, Comparison]:
    """Compares the class in the first of the `folders` with itself and the others, and writes a page for each pair.

    `limits` are the least share of a pair that is shown, and the most pairs. Who cannot be compared is held back by the
    `barrier`. Raises `UserError` where a folder is wrong.
    """
    _apart(out, folders)
    years = _names(folders[1:])
    sources: list[SourceText] = []
    for folder, year in zip(folders, ["", *years], strict=True):
        sources += yield from _sources(folder, week, layout, year, barrier)
    starter = {path.name: path.read_bytes() for path in sorted(week.starter.rglob("*.py"))}
    yield Begun("comparing")
    least, most = limits
    comparison = yield from compare(sources, starter, least, most, barrier=barrier)
    title = (course.title, week.name, week.title)
    stale = {path.name for path in out.glob("pair-*.html")}
    for number, pair in enumerate(comparison.pairs, start=1):
        with barrier.around(f"{pair.one.label} and {pair.other.label}", "draw their page", "The other pairs are there"):
            write_atomically(out / page_name(number), pair_page(*title, pair, number, len(comparison.pairs)))
            stale.discard(page_name(number))
    write_atomically(out / "index.html", list_page(*title, comparison, least, years))
    for name in stale:  # of an earlier run that found more
        (out / name).unlink(missing_ok=True)
    return comparison


def _apart(out: Path, folders: Sequence[Path]) -> None:
    inside = out.resolve()
    for folder in folders:
        if inside == folder.resolve() or folder.resolve() in inside.parents:
            raise UserError(
                f"--out {out} lies in {folder}, and would be taken for a submission", "Choose another folder"
            )


def _names(folders: Sequence[Path]) -> list[str]:
    """What the earlier years are called: the folders' names, with as much of their paths as keeps them apart."""
    paths = [folder.resolve() for folder in folders]
    for depth in range(1, 8):
        names = ["/".join(path.parts[-depth:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [str(path) for path in paths]


def _sources(
    folder: Path, week: Week, layout: str, group: str, barrier: Barrier
) -> Generator[Note, None, list[SourceText]]:
    notes: list[str] = []
    sources = []
    for submission in collect(folder, week.name, week.files, notes, layout, barrier):
        with barrier.around(submission.student, "read the code", "The others are compared"):
            source = source_of(submission, week.files, group)
            if source.text.strip():
                sources.append(source)
            else:
                notes.append(f"{submission.student}: nothing to compare ({submission.problem or 'no Python file'})")
    yield from map(Note, notes)
    return sources
