"""What was held back for single students, told at the end of a command."""

from __future__ import annotations

import click

from cnngrade.barrier import Barrier

_MOST = 20


def tell(barrier: Barrier) -> int:
    """Tells each trouble in a line on standard error, with its traceback under --debug; returns the exit code it deserves."""
    context = click.get_current_context(silent=True)
    debug = bool(context and isinstance(context.obj, dict) and context.obj.get("debug"))
    for trouble in barrier.troubles[:_MOST]:
        if debug:
            click.echo(trouble.trace, err=True, nl=False)
        advice = "" if debug or not trouble.where else " (with --debug for the traceback)"
        click.echo(f"cnngrade: {trouble}{advice}", err=True)
    if len(barrier.troubles) > _MOST:
        click.echo(f"cnngrade: and {len(barrier.troubles) - _MOST} more like these", err=True)
    return barrier.exit_code
