"""`cnngrade report`: every report again, from what is stored."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(epilog="Example: cnngrade report graded/")
@click.argument("out", type=click.Path(path_type=Path))
def report(out: Path) -> int:
    """Render every report again from what is stored in OUT/grades.db.

    Nothing is graded: use it after an update of cnngrade, or when files in OUT were lost. While a run of `grade` goes on
    it shows what is graded so far.
    """
    from cnngrade.barrier import Barrier
    from cnngrade.cli.troubles import tell
    from cnngrade.records.database import Grades
    from cnngrade.reports.folder import write_class, write_student

    with Grades(out) as store:
        title = store.fact("week_title")
        barrier, count = Barrier(), 0
        for each in store.reports(barrier):
            with barrier.around(each.student, "write the report"):
                write_student(out, each, title, barrier)
                count += 1
        write_class(out, store.reports(barrier), title, barrier)
    code = tell(barrier)
    click.echo(f"{count} report{'s' * (count != 1)} written; open {out / 'index.html'}")
    return code
