"""`cnngrade similar`: passages that the submissions of a class have in common, for people to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnngrade.cli.collecting import LAYOUTS
from cnngrade.cli.progress import Bar
from cnngrade.errors import UserError

if TYPE_CHECKING:
    from cnngrade.barrier import Barrier
    from cnngrade.course import Week
    from cnngrade.submissions.similarity import Source


@click.command(epilog="Example: cnngrade similar week2 submissions/ --earlier 2025/week2 --out similar/")
@click.argument("week")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="Where the pages go.")
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of submissions of an earlier year; may be given several times.",
)
@click.option(
    "--least",
    type=click.FloatRange(1, 100),
    default=30.0,
    show_default=True,
    metavar="PERCENT",
    help="How much two submissions must have in common to be listed.",
)
@click.option("--most", type=click.IntRange(1, 999), default=100, show_default=True, help="The pairs to show at most.")
@click.option("--layout", type=click.Choice(LAYOUTS), default="auto", help="What names files; found out by default.")
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def similar(
    week: str,
    submissions: Path,
    out: Path,
    earlier: tuple[Path, ...],
    least: float,
    most: int,
    layout: str,
    course: Path | None,
) -> int:
    """Show which submissions have passages in common, side by side.

    What the starter holds, and what much of the class has, is left out. The pages accuse nobody: code can be alike for many
    reasons, and no grade depends on it. Needs copydetect: pip install 'cnngrade[similarity]'.
    """
    from cnngrade.barrier import Barrier
    from cnngrade.cli.troubles import tell
    from cnngrade.course import find_course
    from cnngrade.reports.folder import write_atomically
    from cnngrade.reports.similarity import list_page, page_name, pair_page
    from cnngrade.submissions.similarity import compare

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    _apart(out, [submissions, *earlier])
    years = _names(earlier)
    barrier = Barrier()
    sources = _sources(submissions, chosen, layout, "", barrier)
    for folder, year in zip(earlier, years, strict=True):
        sources += _sources(folder, chosen, layout, year, barrier)
    starter = {path.name: path.read_bytes() for path in sorted(chosen.starter.rglob("*.py"))}
    with _Comparing() as bar:
        comparison = compare(sources, starter, least / 100, most, step=bar.step, barrier=barrier)
    title = (found.title, chosen.name, chosen.title)
    stale = {path.name for path in out.glob("pair-*.html")}
    for number, pair in enumerate(comparison.pairs, start=1):
        with barrier.around(f"{pair.one.label} and {pair.other.label}", "draw their page", "The other pairs are there"):
            write_atomically(out / page_name(number), pair_page(*title, pair, number, len(comparison.pairs)))
            stale.discard(page_name(number))
    write_atomically(out / "index.html", list_page(*title, comparison, least / 100, years))
    for name in stale:  # of an earlier run that found more
        (out / name).unlink(missing_ok=True)
    code = tell(barrier)
    pairs = "1 pair" if comparison.alike == 1 else f"{comparison.alike} pairs"
    click.echo(f"{pairs} with {least:g} % or more in common, of {comparison.compared:,}; open {out / 'index.html'}")
    return code


def _apart(out: Path, folders: list[Path]) -> None:
    inside = out.resolve()
    for folder in folders:
        if inside == folder.resolve() or folder.resolve() in inside.parents:
            raise UserError(
                f"--out {out} lies in {folder}, and would be taken for a submission", "Choose another folder"
            )


def _names(folders: tuple[Path, ...]) -> list[str]:
    """What the earlier years are called: the folders' names, with as much of their paths as keeps them apart."""
    paths = [folder.resolve() for folder in folders]
    for depth in range(1, 8):
        names = ["/".join(path.parts[-depth:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [str(path) for path in paths]


def _sources(folder: Path, week: Week, layout: str, group: str, barrier: Barrier) -> list[Source]:
    from cnngrade.submissions import collect
    from cnngrade.submissions.similarity import source_of

    notes: list[str] = []
    sources = []
    for submission in collect(folder, week.name, week.files, notes, layout, barrier):
        with barrier.around(submission.student, "read the code", "The others are compared"):
            source = source_of(submission, week.files, group)
            if source.text.strip():
                sources.append(source)
            else:
                notes.append(f"{submission.student}: nothing to compare ({submission.problem or 'no Python file'})")
    for note in notes:
        click.echo(note, err=True)
    return sources


class _Comparing(Bar):
    """A bar on a terminal, nothing in a log."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

        super().__init__(TextColumn("comparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._task: Any = self.bar.add_task("", total=None) if self.bar else None

    def step(self, done: int, total: int) -> None:
        """So many pairs of all are compared."""
        if self.bar:
            self.bar.update(self._task, completed=done, total=total)
