"""`cnngrade report`: every report again, from what is stored."""

from __future__ import annotations

from pathlib import Path

import click

from cnngrade.cli.troubles import tell


@click.command(epilog="Example: cnngrade report graded/")
@click.argument("out", type=click.Path(path_type=Path))
def report(out: Path) -> int:
    """Render every report again from what is stored in OUT/grades.db.

    Nothing is graded: use it after an update of cnngrade, or when files in OUT were lost. While a run of `grade` goes on
    it shows what is graded so far.
    """
    from cnngrade.barrier import Barrier
    from cnngrade.services.report import write_reports

    barrier = Barrier()
    count = write_reports(out, barrier)
    code = tell(barrier)
    click.echo(f"{count} report{'s' * (count != 1)} written; open {out / 'index.html'}")
    return code
