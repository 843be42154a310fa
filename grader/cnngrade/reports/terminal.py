"""Prints the report of `cnngrade check`: a table of tasks, then what to look at, then the points."""

from __future__ import annotations

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cnngrade.records.report import AnswerState, Report, TaskResult, TestResult, Verdict, WrittenResult
from cnngrade.records.scoring import points_of_answers, waiting_points
from cnngrade.reports import (
    ANSWER_WORDS,
    MEANINGS,
    SIGNS,
    WORDS,
    LostTask,
    comparison,
    findings,
    missing_reasons,
    per_cent,
    points,
    reason,
    spelled_out,
)

_STYLES = {
    Verdict.PASS: "green",
    Verdict.WRONG: "bold red",
    Verdict.CRASH: "bold red",
    Verdict.TIMEOUT: "bold magenta",
    Verdict.MEMORY: "bold magenta",
    Verdict.MISSING: "yellow",
    Verdict.NOT_GRADED: "dim",
    Verdict.GRADER_ERROR: "bold white on red",
}
_MOST_TESTS = 3  # of one task; the first failing claims are the most helpful, and report.json has all
_MOST_LINES = 12
_MOST_CHARACTERS = 900


def task_table(report: Report, console: Console, written: bool = True) -> None:
    """Prints a report to `console`, within its width: tasks, failing claims with hints, the points.

    `written` lists the written answers too, by their form.
    """
    parts: list[RenderableType] = [_table(report, console)]
    for finding in findings(report):
        parts.append(_missing(finding) if finding.verdict is Verdict.MISSING else _finding(finding))
    if written and report.written:
        parts.append(_written(report.written, console))
    parts.append(_ending(report))
    if not console.options.ascii_only:
        console.print(*parts, sep="\n")
        return
    # On a console that is not UTF-8, such as a pipe on Windows, characters that it cannot write become question marks.
    with console.capture() as captured:
        console.print(*parts, sep="\n")
    console.file.write(captured.get().encode(console.encoding, "replace").decode(console.encoding))


def _table(report: Report, console: Console) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("task", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for task in report.tasks:
        sign = "" if console.options.ascii_only else SIGNS[task.verdict] + " "
        earned = f"{points(task.score)} / {points(task.max_score)}" if task.verdict.counts else "–"
        if console.options.ascii_only:
            earned = earned.replace("–", "-")
        table.add_row(_title(task), earned, Text(sign + WORDS[task.verdict], style=_STYLES[task.verdict]))
    return table


def _title(task: TaskResult) -> Text:
    """Returns the title, with a second line if the row needs an explanation."""
    title = Text(spelled_out(task.title))
    if not task.verdict.counts:
        title.append("\n" + _shortened(reason(task), lines=2), style="dim")
    elif "accuracy" in task.figures:
        title.append("\n" + accuracy_line(task), style="dim")
    return title


def accuracy_line(task: TaskResult) -> str:
    """Says in one line how accurate the trained net (the worst of several) was, on which data, and what was asked for."""
    figures = task.figures
    line = ("at least " if figures.get("comparison") else "") + per_cent(figures["accuracy"])
    if figures.get("data"):
        line += f" on {spelled_out(str(figures['data']))}"
    if figures.get("threshold") is not None:
        line += f", {per_cent(figures['threshold'])} asked for"
    return line


def _finding(finding: LostTask) -> RenderableType:
    """Returns the failing claims of one task (or of several that failed alike), the mistake's name, and the hint."""
    heading = Text(", ".join(spelled_out(task.title) for task in finding.tasks), style="bold")
    heading.append(f"  {WORDS[finding.verdict]}", style=_STYLES[finding.verdict])
    heading.append(f", {points(finding.lost)} points", style="dim")
    parts: list[RenderableType] = [Rule(style="dim"), heading]
    if len(finding.tasks) > 1:
        parts.append(_message(finding.tests[0].message))
    else:
        parts.extend(_failed_claim(test) for test in finding.tests[:_MOST_TESTS])
    if not finding.tests:
        parts.append(Padding(Text(MEANINGS[finding.verdict]), (0, 0, 0, 2)))
    if len(finding.tests) > _MOST_TESTS and len(finding.tasks) == 1:
        parts.append(Padding(Text(f"and {len(finding.tests) - _MOST_TESTS} more claims", style="dim"), (0, 0, 0, 2)))
    if finding.mistakes:
        also = f" (also fits: {', '.join(finding.mistakes[1:])})" if len(finding.mistakes) > 1 else ""
        parts.append(_labelled("mistake", spelled_out(finding.mistakes[0] + also), "magenta"))
    if finding.hint:
        parts.append(_labelled("hint", spelled_out(finding.hint), "cyan"))
    return Group(*parts)


def _failed_claim(test: TestResult) -> RenderableType:
    claim = Padding(Text(spelled_out(test.claim)), (0, 0, 0, 2))
    return Group(claim, _message(test.message)) if test.message else claim


def _message(message: str) -> RenderableType:
    """Returns what the test saw: expected and got below each other, and everything else unchanged."""
    parts: list[RenderableType] = []
    for role, text in comparison(_shortened(message, _MOST_LINES)):
        if role:
            line = Table.grid(padding=(0, 1))
            line.add_column(style="dim", width=len("expected"))
            line.add_column(overflow="fold")
            line.add_row(role, Text(text, style="green" if role == "expected" else "red"))
            parts.append(line)
        else:
            parts.append(Text(text, overflow="fold"))
    return Padding(Group(*parts), (0, 0, 0, 4))


def _missing(finding: LostTask) -> RenderableType:
    """Returns all that is not written yet, by file, as names to fill in. It does not speak of failures."""
    files: dict[str, list[str]] = {}
    for symbol in (symbol for task in finding.tasks for symbol in task.symbols):
        file, _, name = spelled_out(symbol).rpartition(":")
        if name not in files.setdefault(file, []):
            files[file].append(name)
    count = f"{len(finding.tasks)} tasks are" if len(finding.tasks) > 1 else "1 task is"
    heading = Text(f"{count} not written yet", style="bold").append(
        f", {points(finding.lost)} points", style="not bold dim"
    )
    names = Table.grid(padding=(0, 1))
    names.add_column(style="dim", no_wrap=True)
    names.add_column(overflow="fold")
    for file, symbols in files.items():
        names.add_row(file, ", ".join(symbols))
    reasons = [_message(text) for text in missing_reasons(finding)[:_MOST_TESTS]]
    return Group(Rule(style="dim"), heading, Padding(names, (0, 0, 0, 2)), *reasons)


def _written(answers: list[WrittenResult], console: Console) -> RenderableType:
    """Returns which written answers were found. People decide what they are worth."""
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column("written answer", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("on the sheet", no_wrap=True)
    for each in answers:
        given = each.state is AnswerState.GIVEN
        sign = "" if console.options.ascii_only else "✓ " if given else "○ "
        earned = "" if each.score is None else f"{points(each.score)} / "
        form = Text(sign + ANSWER_WORDS[each.state], style="green" if given else "yellow")
        table.add_row(spelled_out(each.question), earned + points(each.max_score), form)
    return table


def _labelled(label: str, text: str, style: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style=style, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(label, Text(text))
    return Padding(grid, (0, 0, 0, 2))


def _ending(report: Report) -> RenderableType:
    """Returns the last lines: notes, stand-in data, what still waits, and at the end the points."""
    parts: list[RenderableType] = [Rule(style="dim")]
    parts.extend(Text(f"note: {spelled_out(note)}", style="dim") for note in report.notes)
    for asked, used in report.environment.data.items():
        if asked != used:
            parts.append(Text(f"{spelled_out(used)} stood in for {spelled_out(asked)}", style="dim"))
    ungraded = sum(not task.verdict.counts for task in report.tasks)
    if ungraded:
        parts.append(Text(f"{ungraded} {'tasks' if ungraded > 1 else 'task'} not graded, at no cost", style="dim"))
    waiting = waiting_points(report)
    if waiting:
        parts.append(Text(f"written answers worth {points(waiting)} points wait for a mark", style="dim"))
    marked = [answer for answer in report.written if answer.score is not None]
    if marked:
        earned, worth = points_of_answers(marked)
        parts.append(Text(f"written answers: {points(earned)} of {points(worth)} points"))
    parts.append(Text(f"{points(report.auto_score)} of {points(report.auto_max_score)} points", style="bold"))
    return Group(*parts)


def _shortened(text: str, lines: int) -> str:
    """Returns the first lines of a text that may be very long."""
    kept = spelled_out(text).strip("\n")
    short = "\n".join(kept[:_MOST_CHARACTERS].split("\n")[:lines])
    return short if short == kept else f"{short} ..."
