"""`cnngrade similar`: passages that the submissions of a class have in common, for people to read."""

from __future__ import annotations

from pathlib import Path

import click

from cnngrade.cli.collecting import LAYOUTS
from cnngrade.cli.progress import Bar
from cnngrade.cli.troubles import tell
from cnngrade.events import Advanced, Begun, Event, Note, result


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
    from cnngrade.course import find_course
    from cnngrade.services.similar import compare_class

    found = find_course(Path.cwd(), course)
    barrier = Barrier()
    with _Comparing() as bar:
        comparison = result(
            compare_class(found, found.week(week), [submissions, *earlier], out, (least / 100, most), layout, barrier),
            bar.show,
        )
    code = tell(barrier)
    pairs = "1 pair" if comparison.alike == 1 else f"{comparison.alike} pairs"
    click.echo(f"{pairs} with {least:g} % or more in common, of {comparison.compared:,}; open {out / 'index.html'}")
    return code


class _Comparing(Bar):
    """A bar on a terminal, nothing in a log."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        super().__init__(*columns)

    def show(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case Note(line):
                click.echo(line, err=True)
            case Begun(what, total):
                self.begin(what, total)
            case Advanced(_, done, total):
                self.move(done, total)
