"""`cnngrade verify`: the proof that a week's suites are right, as a table and a list of what does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnngrade.cli.progress import BatchProgress, cores
from cnngrade.errors import UserError

if TYPE_CHECKING:
    from rich.table import Table

    from cnngrade.services.verify_week import Verified
    from cnngrade.verify.week import Evidence


@click.command(epilog="Example: cnngrade verify week2 --task lenet --mutants")
@click.argument("weeks", metavar="[WEEK]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All weeks of the course.")
@click.option("--task", "tasks", multiple=True, metavar="T", help="Only this task; may be given more than once.")
@click.option("--no-training", is_flag=True, help="Leave out the tasks that train a network.")
@click.option(
    "--full-training", is_flag=True, help="Train all samples and mistakes on the best data here, not on digits."
)
@click.option("--thorough", is_flag=True, help="Judge every mistake on every task, not only where it can matter.")
@click.option("--mutants", is_flag=True, help="Judge mechanical mutants of the reference too.")
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Processes side by side; one per core by default."
)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="cpu", help="Where networks compute.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="A folder with data sets.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option("--course", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the course.")
def verify(
    weeks: tuple[str, ...],
    every: bool,
    tasks: tuple[str, ...],
    no_training: bool,
    full_training: bool,
    thorough: bool,
    mutants: bool,
    workers: int | None,
    device: str,
    data: Path | None,
    as_json: bool,
    course: Path | None,
) -> int:
    """Prove a week's suites right before a student sees them.

    The reference earns all points, the starter none, politely; each known mistake loses its task, nothing else, and
    gets its own hint; samples get the verdict of their folder; public tests pass where hidden ones do; each test can
    fail; each row of the course page is judged. A liar, an inside without student code that knows the repository and
    the answers under other secrets, earns nothing: of each test it is said whether it judges evidence, which has to be
    computed, or a claim, which can be stated. Exit code 1 says that something does not hold.
    """
    from cnngrade.course import find_course

    found = find_course(Path.cwd(), course)
    if every == bool(weeks):
        raise UserError("name one or more weeks, or --all", f"Known: {', '.join(found.weeks)}")
    if no_training and full_training:
        raise UserError("--no-training and --full-training exclude each other", "Leave one out")
    chosen = [found.week(name) for name in (found.weeks if every else dict.fromkeys(weeks))]
    from cnngrade.events import result
    from cnngrade.services.verify_week import SCHEMA, verify_week
    from cnngrade.verify.week import Options

    options = Options(
        workers or cores(),
        device,
        data,
        tasks,
        "none" if no_training else "full" if full_training else "quick",
        thorough,
    )
    outcomes = []
    for week in chosen:
        with BatchProgress(quiet=as_json) as progress:
            verified = result(verify_week(found, week, options, mutants), progress.show)
        outcomes.append(verified)
        if not as_json:
            _show(verified)
    if as_json:
        import json

        content = {"schema": SCHEMA, "weeks": [verified.facts(found) for verified in outcomes]}
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    return int(any(verified.findings for verified in outcomes))


# --- the table --------------------------------------------------------------------------------------------------------


def _show(verified: Verified) -> None:
    from rich.console import Console
    from rich.text import Text

    console, evidence, holds_not = Console(), verified.evidence, verified.findings
    console.print(Text(f"{evidence.week.name}: {evidence.week.title}", style="bold"))
    console.print(_table(verified))
    for line in _kinds(evidence):
        console.print(Text(line), highlight=False, soft_wrap=not console.is_terminal)
    for line in _summary(verified):
        console.print(Text(line), highlight=False)
    if not holds_not:
        console.print(Text("All of it holds.", style="green"))
        return
    what = "1 thing does" if len(holds_not) == 1 else f"{len(holds_not)} things do"
    console.print(Text(f"{what} not hold:", style="bold red"))
    for finding in holds_not:
        console.print(Text(f"- {finding}"), soft_wrap=not console.is_terminal, highlight=False)


def _table(verified: Verified) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("task", overflow="fold")
    for name in ("points", "tests", "mistakes", "named", *(["mutants"] if verified.mutation else []), "s", "MB"):
        table.add_column(name, justify="right", no_wrap=True)
    for task in verified.evidence.tasks:
        facts = verified.facts_of(task)
        caught = [f"{facts['mutants_caught']}/{facts['mutants']}"] if verified.mutation else []
        table.add_row(
            task.id, f"{task.points:g}", f"{facts['hidden']}+{facts['public']}",
            f"{facts['caught']}/{facts['mistakes']}", f"{facts['named']}", *caught, f"{facts['seconds']:.2f}",
            f"{facts['megabytes']:.0f}",
        )  # fmt: skip
    return table


def _kinds(evidence: Evidence) -> list[str]:
    """A line for each hidden test: whether it judges evidence or a claim."""
    return [
        f"{evidence.lied.kind(task, test):<8}  {task}: {test}"
        for task, tests in evidence.lied.claims.items()
        for test in tests
    ]


def _summary(verified: Verified) -> list[str]:
    evidence, mutation = verified.evidence, verified.mutation
    quick = [task for task in evidence.tasks if not task.data]
    facts = [verified.facts_of(task) for task in quick]
    passed = sum(verdict == "pass" for verdict, _ in evidence.samples)
    lines = [
        f"{passed} correct and {len(evidence.samples) - passed} broken samples, {len(evidence.mistakes)} mistakes, "
        f"the starter; judged in {evidence.seconds:.0f} s.",
    ]
    if facts:
        lines.append(
            f"Without training the hidden suite takes {sum(each['seconds'] for each in facts):.1f} s and "
            f"{max(each['megabytes'] for each in facts)} MB beside the code."
        )
    claims = [is_claim for tests in evidence.lied.claims.values() for is_claim in tests.values()]
    lines.append(f"Of {len(claims)} hidden tests {claims.count(False)} judge evidence, {sum(claims)} a claim.")
    if ungraded := [task.id for task in evidence.reference.tasks if not task.verdict.counts]:
        lines.append(f"Not graded on this machine: {', '.join(ungraded)}.")
    if unproven := [task for task, symbols in evidence.dependence.of.items() if symbols is None]:
        which = "each task" if len(unproven) == len(evidence.dependence.of) else ", ".join(unproven)
        lines.append(f"Judged on every mistake, since it may depend on anything: {which}.")
    if evidence.not_judged:
        lines.append(f"Mistakes not judged: {', '.join(evidence.not_judged)}.")
    if mutation:
        unjudged = f", {len(mutation.not_judged)} not judged by these tasks" if mutation.not_judged else ""
        lines.append(
            f"{len(mutation.of)} mutants: {len(mutation.caught)} caught ({mutation.share:.1%} of those that differ), "
            f"{len(mutation.equivalent)} equivalent, {len(mutation.survivors)} survive{unjudged}; {mutation.seconds:.0f} s."
        )
    return lines
