"""`cnngrade calibrate`: how often a correct submission misses an accuracy threshold, measured."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.cli.progress import RunProgress, cores
from cnngrade.errors import UserError
from cnngrade.events import result

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cnngrade.course import Week
    from cnngrade.services.calibrate import Calibration, EpochBudget


@click.command(epilog="Example: cnngrade calibrate week2 --task lenet-accuracy --set digits --runs 12")
@click.argument("week")
@click.option("--runs", type=click.IntRange(2, 10_000), default=12, show_default=True, help="Runs of each recipe.")
@click.option("--task", "tasks", multiple=True, metavar="T", help="Only this task; may be given more than once.")
@click.option("--set", "sets", multiple=True, metavar="NAME", help="Only this data set; may be given more than once.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", help="Where networks compute.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="A folder with data sets.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Runs side by side; one per core by default.")
@click.option("--write", is_flag=True, help="Write the provenance beside each threshold in assignment.toml.")
@click.option(
    "--threshold-for",
    "chance",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="P",
    help="Name the threshold that one run misses with a chance of at most P; --write writes it too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was measured as JSON.")
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def calibrate(
    week: str,
    runs: int,
    tasks: tuple[str, ...],
    sets: tuple[str, ...],
    device: str,
    data: Path | None,
    workers: int | None,
    write: bool,
    chance: float | None,
    as_json: bool,
    course: Path | None,
) -> int:
    """Train the reference under many seeds, and say how often it misses.

    Trains the reference, and the slow but correct recipes in assignments/WEEK/recipes, on every data set of every accuracy
    task; each run has its own seed and takes one core. The table gives the chance that one run misses the threshold, and
    that both of the attempts do which the grader makes. Exit code 1 says that one run misses more often than once in 1,000.
    Ctrl-C stops, and shows what has been measured until then.
    """
    from cnngrade.course import find_course

    found = find_course(Path.cwd(), course)
    chosen = found.week(week)
    if chosen.solution is None:
        raise UserError(f"the reference of {week} is not installed here", "`calibrate` is for instructors")
    _check_names(chosen, tasks, sets)
    from cnngrade.judge.plan import chosen_device
    from cnngrade.services import calibrate as measuring

    plan = measuring.plan(chosen, chosen_device(device), data, tasks, sets)
    for line in plan.skipped:
        click.echo(f"left out: {line}", err=True)
    if not plan.budgets:
        raise UserError(f"nothing of {week} can be calibrated here", "See: cnngrade data list")
    try:
        with RunProgress() as progress:
            result(measuring.measure(plan, runs, workers or cores()), progress.show)
    except KeyboardInterrupt:
        if any(row.runs for row in plan.rows):
            _show(plan, as_json, chance)
        if write:
            click.echo("nothing was written: not all runs were made", err=True)
        raise
    _show(plan, as_json, chance)
    thresholds = [plan.threshold(budget, chance) if chance is not None else None for budget in plan.budgets]
    if write:
        if chance is not None and None in thresholds:
            raise UserError("nothing was written: some task has no such threshold", "Give more --runs, or a larger P")
        written = ", ".join(f"{budget.task.id} on {budget.choice.name}" for budget in plan.budgets)
        path = measuring.write(plan, thresholds)
        also = "; the handouts state thresholds too" if any(thresholds) else ""
        click.echo(f"{path}: written for {written}{also}", err=True)
    chances = [plan.chance(budget, 1, line) for budget, line in zip(plan.budgets, thresholds, strict=True)]
    return int(any(missing is None or missing > measuring.MOST for missing in chances))


def _check_names(week: Week, tasks: tuple[str, ...], sets: tuple[str, ...]) -> None:
    trained = {task.id: [choice.name for choice in task.data] for task in week.tasks if task.training}
    if not trained:
        raise UserError(f"{week.name} has no accuracy task")
    for task in tasks:
        if task not in trained:
            raise UserError(f"{task!r} is no accuracy task of {week.name}", f"Known: {', '.join(trained)}")
    known = list(dict.fromkeys(name for task in tasks or trained for name in trained[task]))
    for name in sets:
        if name not in known:
            raise UserError(f"no task is judged on {name!r}", f"Known: {', '.join(known)}")


# --- what is shown ----------------------------------------------------------------------------------------------------


def _show(plan: Calibration, as_json: bool, chance: float | None) -> None:
    if as_json:
        click.echo(json.dumps(plan.facts(chance), indent=1, ensure_ascii=False))
        return
    from rich.console import Console

    console = Console(highlight=False)
    for budget in plan.budgets:
        console.print(_table(plan, budget))
        console.print(_verdict(plan, budget, chance))
        console.print()


def _table(plan: Calibration, budget: EpochBudget) -> RenderableType:
    """The recipes of one task on one data set, within 80 columns."""
    from rich.table import Table

    from cnngrade.services.calibrate import ATTEMPTS, odds

    choice = budget.choice
    title = (
        f"{budget.task.id} on {choice.name} ({plan.device}): {100 * choice.threshold:g} % asked for, "
        f"{choice.epochs} epoch{'s' * (choice.epochs > 1)} at batch {choice.batch_size}"
    )
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("recipe", overflow="fold")
    for name in ("runs", "mean", "sd", "min", "one misses", "both miss", "s/run"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in plan.rows_of(budget):
        found = row.accuracies
        mean = f"{100 * statistics.fmean(found):.2f}" if found else "-"
        least = f"{100 * min(found):.2f}" if found else "-"
        spread = f"{100 * statistics.stdev(found):.2f}" if len(found) > 1 else "-"
        chances = [row.chance(attempts) for attempts in (1, ATTEMPTS)]
        told = ["-" if each is None else odds(each) for each in chances]
        slow = f"{statistics.fmean(row.seconds):.1f}" if row.seconds else "-"
        table.add_row(row.name, str(len(found)), mean, spread, least, *told, slow)
    return table


def _verdict(plan: Calibration, budget: EpochBudget, chance: float | None) -> str:
    from cnngrade.services.calibrate import ATTEMPTS, MOST, odds

    one, both = (plan.chance(budget, attempts) for attempts in (1, ATTEMPTS))
    if one is None or both is None:
        return "[yellow]too few runs to say more[/]"
    line = f"Chance of a miss: {odds(one)} in one run, {odds(both)} in both attempts; "
    line += f"[bold red]only {MOST:g} is allowed[/]" if one > MOST else f"{MOST:g} is allowed"
    if chance is not None:
        threshold = plan.threshold(budget, chance)
        line += (
            f"\nNo threshold is missed with a chance of at most {chance:g}: make more runs."
            if threshold is None
            else f"\nOne run misses [bold]{100 * threshold:g} %[/] with a chance of at most {chance:g}."
        )
    return line
