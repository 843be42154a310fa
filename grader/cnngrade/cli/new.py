"""`cnngrade new`: a week to begin a week of one's own with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog='Example: cnngrade new week6 --title "Attention"')
@click.argument("week")
@click.option("--title", default="A week of your own", metavar="TEXT", help="What the week is called.")
@click.option(
    "--starter", is_flag=True, help="Only write the starter of a week that is there anew, from its reference."
)
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def new(week: str, title: str, starter: bool, course: Path | None) -> None:
    """Add a week to the course: two tasks, a question, both suites, known mistakes, handouts, a reference.

    It is small and complete, passes `cnngrade verify` as it is, and its comments say how to change it.
    """
    from cnngrade.course import find_course
    from cnngrade.course.scaffold import new_starter, new_week

    found = find_course(Path.cwd(), course)
    if starter:
        click.echo(
            f"written: {', '.join(path.relative_to(found.root).as_posix() for path in new_starter(found, week))}"
        )
        return
    written = new_week(found, week, title)
    click.echo(f"{week}: {title}")
    for folder in dict.fromkeys(path.parent.relative_to(found.root).as_posix() for path in written):
        names = ", ".join(sorted(path.name for path in written if path.parent == found.root / folder))
        click.echo(f"  {folder}/: {names}")
    click.echo(
        f"\nNext: cnngrade verify {week}. Then change one thing after the other, and verify again.\n"
        "How a week is made: assignments/README.md"
    )
