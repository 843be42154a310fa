"""Renders pages about submissions with common passages: a list of pairs, and each pair side by side.

They show what is alike, and say that this alone proves nothing. People who have read both decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnngrade.reports.html import render
from cnngrade.submissions.similarity import Comparison, Pair, SourceText


@dataclass(frozen=True)
class Line:
    """One line of a submission as it is shown. `number` counts within its file, from 1."""

    number: int
    text: str
    alike: bool


@dataclass(frozen=True)
class File:
    """One file of a submission as it is shown."""

    name: str
    lines: list[Line]

    @property
    def alike(self) -> int:
        """The number of lines that the other submission has too."""
        return sum(line.alike for line in self.lines)


def page_name(number: int) -> str:
    """Returns the name of a pair's page, beside the list. `number` counts from 1."""
    return f"pair-{number:03d}.html"


def list_page(
    course: str, week: str, week_title: str, comparison: Comparison, least: float, years: Sequence[str]
) -> str:
    """Renders the list of pairs, the most similar first. `years` are the names of the earlier folders."""
    return render(
        "similar.html.j2",
        course=course,
        week=week,
        week_title=week_title,
        comparison=comparison,
        pairs=[(page_name(number), pair) for number, pair in enumerate(comparison.pairs, start=1)],
        least=least,
        years=years,
    )


def pair_page(course: str, week: str, week_title: str, pair: Pair, number: int, pairs: int) -> str:
    """Renders one pair side by side. `number` of `pairs` counts from 1."""
    return render(
        "pair.html.j2",
        course=course,
        week=week,
        week_title=week_title,
        pair=pair,
        sides=[
            (pair.one, pair.share_one, _files(pair.one, pair.left)),
            (pair.other, pair.share_other, _files(pair.other, pair.right)),
        ],
        before=page_name(number - 1) if number > 1 else "",
        after=page_name(number + 1) if number < pairs else "",
    )


def _files(source: SourceText, alike: Sequence[tuple[int, int]]) -> list[File]:
    marked = {line for start, end in alike for line in range(start, end)}
    lines = source.text.split("\n")
    ends = [start for start, _ in source.files[1:]] + [len(lines)]
    return [
        File(name, [Line(at - start + 1, lines[at], at in marked) for at in range(start, end)])
        for (start, name), end in zip(source.files, ends, strict=True)
    ]
