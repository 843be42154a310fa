"""`cnngrade verify`: the proof that a week's suites are right, as a table and a list of what does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnngrade.cli.progress import Bar, cores
from cnngrade.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from cnngrade.course import Course
    from cnngrade.course.assignment import Task
    from cnngrade.events import Step
    from cnngrade.verify.claims import Finding
    from cnngrade.verify.mutation import Mutation
    from cnngrade.verify.week import Evidence

SCHEMA = 1


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
    from cnngrade.verify.claims import findings
    from cnngrade.verify.mutation import judge_mutants
    from cnngrade.verify.week import Options, judge_week

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
        with Progress(week.name, quiet=as_json) as progress:
            evidence = result(judge_week(found, week, options), progress.show)
        holds_not = findings(evidence)
        mutation = None
        if mutants:
            with Progress(f"{week.name} mutants", quiet=as_json) as progress:
                mutation = result(judge_mutants(found, evidence, options), progress.show)
            holds_not += mutation.findings()
        outcomes.append((evidence, mutation, holds_not))
        if not as_json:
            _show(evidence, mutation, holds_not)
    if as_json:
        import json

        content = {"schema": SCHEMA, "weeks": [_facts(found, *outcome) for outcome in outcomes]}
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    return int(any(holds_not for *_, holds_not in outcomes))


# --- the table --------------------------------------------------------------------------------------------------------


def _show(evidence: Evidence, mutation: Mutation | None, holds_not: list[Finding]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    console.print(Text(f"{evidence.week.name}: {evidence.week.title}", style="bold"))
    console.print(_table(evidence, mutation, console))
    for line in _kinds(evidence):
        console.print(Text(line), highlight=False, soft_wrap=not console.is_terminal)
    for line in _summary(evidence, mutation):
        console.print(Text(line), highlight=False)
    if not holds_not:
        console.print(Text("All of it holds.", style="green"))
        return
    what = "1 thing does" if len(holds_not) == 1 else f"{len(holds_not)} things do"
    console.print(Text(f"{what} not hold:", style="bold red"))
    for finding in holds_not:
        console.print(Text(f"- {finding}"), soft_wrap=not console.is_terminal, highlight=False)


def _table(evidence: Evidence, mutation: Mutation | None, console: Console) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("task", overflow="fold")
    for name in ("points", "tests", "mistakes", "named", *(["mutants"] if mutation else []), "s", "MB"):
        table.add_column(name, justify="right", no_wrap=True)
    for task in evidence.tasks:
        facts = _task_facts(evidence, task, mutation)
        caught = [f"{facts['mutants_caught']}/{facts['mutants']}"] if mutation else []
        table.add_row(
            task.id, f"{task.points:g}", f"{facts['hidden']}+{facts['public']}",
            f"{facts['caught']}/{facts['mistakes']}", f"{facts['named']}", *caught, f"{facts['seconds']:.2f}",
            f"{facts['megabytes']:.0f}",
        )  # fmt: skip
    return table


def _task_facts(evidence: Evidence, task: Task, mutation: Mutation | None) -> dict[str, Any]:
    from cnngrade.records.report import Verdict

    reference = evidence.reference.task(task.id)
    results = [(mistake, judged.task(task.id)) for mistake, judged in evidence.mistakes if mistake.task == task.id]
    caught = [result for _, result in results if result and result.verdict is not Verdict.PASS]
    facts: dict[str, Any] = {
        "id": task.id,
        "points": task.points,
        "verdict": str(reference.verdict) if reference else None,
        "hidden": len(reference.tests) if reference else 0,
        "public": len(evidence.reference.public.get(task.id, ())),
        "kinds": {test: evidence.lied.kind(task.id, test) for test in evidence.lied.claims.get(task.id, ())},
        "mistakes": len(results),
        "caught": len(caught),
        "named": sum(bool(result) and mistake.id in result.mistakes for mistake, result in results if result),
        "seconds": round(evidence.reference.seconds.get(task.id, 0.0), 3),
        "megabytes": round(evidence.reference.megabytes.get(task.id, 0.0)),
    }
    if mutation:
        mine = [mutant for mutant, judge in mutation.of.items() if judge == task.id]
        equivalent = set(mutation.equivalent)
        facts["mutants"] = sum(mutant not in equivalent for mutant in mine)
        facts["mutants_caught"] = sum(mutant in mutation.caught for mutant in mine)
    return facts


def _kinds(evidence: Evidence) -> list[str]:
    """A line for each hidden test: whether it judges evidence or a claim."""
    return [
        f"{evidence.lied.kind(task, test):<8}  {task}: {test}"
        for task, tests in evidence.lied.claims.items()
        for test in tests
    ]


def _summary(evidence: Evidence, mutation: Mutation | None) -> list[str]:
    quick = [task for task in evidence.tasks if not task.data]
    facts = [_task_facts(evidence, task, None) for task in quick]
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


def _facts(
    course: Course, evidence: Evidence, mutation: Mutation | None, holds_not: Sequence[Finding]
) -> dict[str, Any]:
    """One week's outcome for programs; with the digest of the files that were judged it is a proof for `release`."""
    from dataclasses import asdict

    from cnngrade import __version__
    from cnngrade.verify.proof import judged_sha256

    return {
        "week": evidence.week.name,
        "holds": not holds_not,
        "cnngrade": __version__,
        "sha256": judged_sha256(course, evidence.week),
        "seconds": round(evidence.seconds, 1),
        "tasks": [_task_facts(evidence, task, mutation) for task in evidence.tasks],
        "samples": [f"{verdict}/{name}" for verdict, name in evidence.samples],
        "mistakes": [mistake.id for mistake, _ in evidence.mistakes],
        "mistakes_not_judged": evidence.not_judged,
        "findings": [asdict(finding) for finding in holds_not],
        "mutants": None
        if mutation is None
        else {
            "total": len(mutation.of),
            "caught": len(mutation.caught),
            "equivalent": mutation.equivalent,
            "survivors": mutation.survivors,
            "not_judged": mutation.not_judged,
            "seconds": round(mutation.seconds, 1),
        },
    }


class Progress(Bar):
    """A bar on a terminal; a line for each batch in a log; nothing where it is to be quiet."""

    def __init__(self, what: str, quiet: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn(what), BarColumn(bar_width=20), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[last]}"),
        )  # fmt: skip
        super().__init__(*columns, quiet=quiet, transient=True)
        self._what, self._quiet = what, quiet
        self._task = self.bar.add_task("", total=None, last="") if self.bar else None

    def show(self, event: Step) -> None:
        """Shows that one more batch is judged."""
        if self.bar is not None and self._task is not None:
            self.bar.update(self._task, completed=event.done, total=event.total, last=event.line[:30])
        elif not self._quiet:
            click.echo(f"{self._what} {event.done}/{event.total}: {event.line}", err=True)
