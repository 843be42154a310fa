"""Renders `report.html`: one student's week as a single file that needs only a browser.

The page loads nothing and runs no script, and its content security policy says so. The template engine escapes every
text, by any author, after `spelled_out` has spelled out what could mislead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from cnngrade.records.report import Report, TaskResult, Verdict, WrittenResult
from cnngrade.records.scoring import waiting_points
from cnngrade.reports import (
    ANSWER_WORDS,
    MEANINGS,
    SIGNS,
    WORDS,
    comparison,
    findings,
    missing_reasons,
    per_cent,
    points,
    reason,
    seconds,
    spelled_out,
    status_of,
    status_words,
)

_MOST_CHARACTERS = 6000  # of one message; report.json has all of it
_MOST_MISCLASSIFIED = 16
_MOST_CLASSES = 20  # of a confusion matrix; a larger picture is unreadable and takes seconds
_SHOWN = 2  # failing claims of a task before the rest is folded away


def student_page(report: Report, week_title: str) -> str:
    """Renders a report as one self-contained HTML page.

    `week_title` is the title in `assignment.toml`. matplotlib is imported only if a task has figures.
    """
    waiting = waiting_points(report)
    return render(
        "student.html.j2",
        report=report,
        week_title=week_title,
        findings=findings(report),
        trainings=[_training(task) for task in report.tasks if task.figures],
        passed=[task for task in report.tasks if task.verdict is Verdict.PASS],
        unjudged=[task for task in report.tasks if not task.verdict.counts],
        waiting=waiting,
        stand_ins={asked: used for asked, used in report.environment.data.items() if asked != used},
    )


@dataclass(frozen=True)
class _Training:
    """The figures of an accuracy task, drawn."""

    task: TaskResult
    curve: Markup | None
    confusion: Markup | None
    misclassified: list[dict[str, str]] = field(default_factory=list)  # src, truth, answer
    wrong_in_all: int | None = None
    comparison: Markup | None = None

    @property
    def leads(self) -> str:
        """The lead of the second of two nets over the first, in words: with the pixels as they are, and permuted."""
        rows = {
            (row["net"], row["permuted"]): 100 * row["accuracy"] for row in self.task.figures.get("comparison") or []
        }
        nets = list(dict.fromkeys(net for net, _ in rows))
        if len(nets) != 2 or len(rows) != 4:
            return ""
        first, second = nets
        as_they_are, permuted = (rows[second, how] - rows[first, how] for how in (False, True))
        told = f"{second} is {_ahead(as_they_are)} {first} with the pixels as they are"
        return f"{told}, and {_ahead(permuted)} it once they are permuted."

    @property
    def misclassified_caption(self) -> str:
        """The caption that says how many of the misclassified images are shown."""
        shown = len(self.misclassified)
        if self.wrong_in_all is None or self.wrong_in_all < shown:
            return f"{shown} images that were taken for something else"
        return f"{shown} of the {self.wrong_in_all:,} images that were taken for something else"


def _training(task: TaskResult) -> _Training:
    from cnngrade.reports import plots

    figures = task.figures
    losses, confusion, classes = figures.get("losses"), figures.get("confusion"), figures.get("classes") or []
    shown = [_miss(miss, classes) for miss in (figures.get("misclassified") or [])[:_MOST_MISCLASSIFIED]]
    wrong = None
    if confusion:
        wrong = sum(map(sum, confusion)) - sum(row[index] for index, row in enumerate(confusion))
    compared = [(str(row["net"]), bool(row["permuted"]), row["accuracy"]) for row in figures.get("comparison") or []]
    return _Training(
        task,
        Markup(plots.training_curve(losses, figures.get("epochs") or len(losses), f"curve-{task.id}"))
        if losses
        else None,
        Markup(plots.confusion_matrix(confusion, classes, f"confusion-{task.id}"))
        if confusion and len(confusion) <= _MOST_CLASSES
        else None,
        [miss | {"src": plots.thumbnail(image)} for image, miss in shown],
        wrong,
        Markup(plots.comparison(compared, figures.get("threshold"), f"comparison-{task.id}")) if compared else None,
    )


def _ahead(difference: float) -> str:
    return f"{abs(difference):.1f} points {'ahead of' if difference >= 0 else 'behind'}"


def _miss(miss: dict[str, Any], classes: list[str]) -> tuple[Any, dict[str, str]]:
    def name(index: int) -> str:
        return str(classes[index]) if 0 <= index < len(classes) else str(index)

    return miss["image"], {"truth": name(miss["truth"]), "answer": name(miss["answer"])}


def render(template: str, **facts: Any) -> str:
    """Renders one of the templates beside this module with the words and numbers that all of them use."""
    return _templates().get_template(template).render(**facts)


@cache
def _templates() -> Environment:
    """Returns the template engine. It escapes everything, and a missing name is an error."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        finalize=_finalized,
    )
    templates.filters.update(points=points, per_cent=per_cent, seconds=seconds)
    templates.filters.update(week_name=_week_name, earning=_earning, with_code=_with_code)
    templates.globals.update(
        WORDS=WORDS,
        SIGNS=SIGNS,
        MEANINGS=MEANINGS,
        SHOWN=_SHOWN,
        status_of=status_of,
        status_words=status_words,
        ANSWER_WORDS=ANSWER_WORDS,
        comparison=comparison,
        missing_reasons=missing_reasons,
        reason=reason,
        cut=_cut,
    )
    return templates


def _finalized(value: object) -> object:
    return spelled_out(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _with_code(text: str) -> Markup:
    """Returns a claim or a hint, escaped. Text between backticks is set as code."""
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", str(escape(spelled_out(text)))))


def _cut(text: str) -> str:
    if len(text) <= _MOST_CHARACTERS:
        return text
    return f"{text[:_MOST_CHARACTERS]}\n... {len(text) - _MOST_CHARACTERS} more characters; report.json has them"


def _earning(answer: WrittenResult) -> str:
    """Returns how much of its points a written answer has, as a CSS class: waiting, all, part or none."""
    if answer.score is None:
        return "waiting"
    return "all" if answer.score >= answer.max_score else "part" if answer.score > 0 else "none"


def _week_name(week: str) -> str:
    """Returns `Week 2` for `week2`."""
    match = re.fullmatch(r"week(\d+)", week)
    return f"Week {match[1]}" if match else week
