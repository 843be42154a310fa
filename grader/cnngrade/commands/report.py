"""`cnngrade report`: every report again, from what is stored."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="Example: cnngrade report graded/")
@click.argument("out", type=click.Path(path_type=Path))
def report(out: Path) -> None:
    """Render every report again from what is stored in OUT/grades.db.

    Nothing is graded: use it after an update of cnngrade, or when files in OUT were lost.
    """
    from cnngrade.reports.folder import write_class, write_student
    from cnngrade.store import Store

    with Store(out, create=False) as store:
        title = store.fact("week_title")
        count = 0
        for each in store.reports():
            write_student(out, each, title)
            count += 1
        write_class(out, store.reports(), title)
    click.echo(f"{count} report{'s' * (count != 1)} written; open {out / 'index.html'}")
