"""Draws grader/architecture.svg, the picture in grader/ARCHITECTURE.md: `python -m tests.support.architecture [FOLDER]`.

Which rooms there are, and which stands on which, it takes from `LAYERS`; which of them a student needs, from the imports.
Run it again when the test of the picture says so, and commit the SVG.
"""

from __future__ import annotations

import sys
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnngrade.course.figures import BLUE, GREY, INK, RED, Figures, arrow, box, canvas, draw
from tests.support.judging import REPOSITORY
from tests.test_architecture import GRAPH, LAYERS, part

PICTURE = REPOSITORY / "grader" / "architecture.svg"
DOORS = {"cnngrade", "__main__"}  # the name of the package, and `python -m cnngrade`
ROOMS = {
    "cli": "one command a file: parses, calls, shows",
    "services": "what a command does, without a terminal",
    "marking": "written answers, marked by people",
    "verify": "proves a week right",
    "backends": "judging processes, side by side",
    "release": "what students get",
    "reference": "our code, known mistakes",
    "judge": "asks, compares, decides",
    "reports": "pages and files, from facts",
    "submissions": "what students handed in, read and never trusted",
    "notebooks": "a week as one notebook, and back",
    "course": "what a week's files state",
    "datasets": "images and labels",
    "reading": "source, read and not run",
    "sandbox": "where student code runs",
    "records": "the facts of a grade, and where they are kept",
    "barrier": "one student's trouble stays theirs",
    "errors": "every error, in one tree",
    "encodings": "texts that students wrote",
    "events": "what services tell while they work",
}
WHERE_INSTALLED = {"reference"}  # `check --hidden` imports it, and a student has no hidden suite
OUTSIDE, INSIDE = "sandbox/outside", "sandbox/inside"
# The two journeys of ARCHITECTURE.md, stop by stop.
SUBMISSION = ("cli", "submissions", "backends", "judge", "records", "reports")
TENSOR = ("judge", OUTSIDE, INSIDE, OUTSIDE, "judge")
STUDENTS, STAFF, UNTRUSTED = "#dcebf6", "#fdf0d5", "#fbe3e0"
WIDTH, HEIGHT, GAP, LEFT = 200.0, 9.0, 2.6, 12.0


def needed_by_students() -> set[str]:
    """The rooms that `cnngrade check`, the student's command, reaches by imports."""
    found: set[str] = set()
    waiting = ["cnngrade.cli.check"]
    while waiting:
        module = waiting.pop()
        if module not in found and part(module) not in WHERE_INSTALLED:
            found.add(module)
            waiting += GRAPH[module]
    return {part(module) for module in found}


def floors() -> list[list[str]]:
    """The rooms of each layer, from the bottom up; the sandbox stands last in its own, where there is place for it."""
    rows = [sorted(layer - DOORS, key=lambda room: (room == "sandbox", room)) for layer in LAYERS]
    return [row for row in rows if row]


class House:
    """The picture as it grows: where each room is, and how many stops it has already."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self._corner: dict[
            str, list[float]
        ] = {}  # of each room the right end of what is free of its top line, and the top

    def room(self, name: str, x: float, y: float, width: float, height: float, fill: str, text: str) -> None:
        """Draws a room with its name and what it is for."""
        box(self.axes, x, y, width, height, facecolor=fill, linewidth=0.9)
        self.axes.text(x + 1.5, y + height - 1.4, name.rpartition("/")[2], va="top", weight="bold", size=10)
        self.axes.text(x + 1.5, y + 1.5, text, va="bottom", size=7.4, color="#444444")
        self._corner[name] = [x + width - 3.2, y + height - 3.2]

    def sandbox(self, x: float, y: float, width: float, height: float) -> None:
        """Draws the room that has a wall in it."""
        box(self.axes, x, y, width, height, facecolor="white", linewidth=0.9)
        self.axes.text(x + 1.5, y + height - 1.2, "sandbox", va="top", weight="bold", size=10)
        half, inner = (width - 9.0) / 2, height - 6.5
        wall = x + width / 2
        self.room(OUTSIDE, x + 1.5, y + 1.5, half, inner, STUDENTS, "starts, watches, ends")
        self.room(INSIDE, wall + 3.0, y + 1.5, half, inner, UNTRUSTED, "student code, probes")
        self.axes.plot([wall, wall], [y + 1.0, y + height - 1.0], color=RED, linewidth=2.2, solid_capstyle="butt")
        for here, level in ((1, 0.42), (-1, 0.26)):
            arrow(self.axes, (wall - 2.6 * here, y + level * height), (wall + 2.6 * here, y + level * height), RED)
        self.axes.text(
            x + width - 1.5, y + height - 1.2, "the wire: data only", ha="right", va="top", size=7.4, color=RED
        )

    def stop(self, name: str, text: str, colour: str) -> None:
        """Marks the next stop of a journey, from right to left in the room's upper corner."""
        x, y = self._corner[name]
        style = {"boxstyle": "circle,pad=0.22", "facecolor": colour, "edgecolor": "none"}
        self.axes.text(x, y, text, ha="center", va="center", size=7.4, weight="bold", color="white", bbox=style)
        self._corner[name][0] -= 4.6


def architecture(figure: Figure) -> None:
    """The rooms of cnngrade, those above importing from those below, with the stops of both journeys."""
    rows, students = floors(), needed_by_students()
    heights = [HEIGHT * (1.9 if "sandbox" in row else 1.0) for row in rows]
    height = sum(heights) + GAP * len(rows) + 11.5
    axes = canvas(figure, WIDTH, height, inches=10.0)
    house = House(axes)
    y = 11.0
    for row, tall in zip(rows, heights, strict=True):
        shares = [2.6 if room == "sandbox" else 1.0 for room in row]
        unit = (WIDTH - LEFT - 2.0 - GAP * (len(row) - 1)) / sum(shares)
        x = LEFT
        for room, share in zip(row, shares, strict=True):
            if room == "sandbox":
                house.sandbox(x, y, share * unit, tall)
            else:
                house.room(room, x, y, share * unit, tall, STUDENTS if room in students else STAFF, ROOMS[room])
            x += share * unit + GAP
        y += tall + GAP
    for number, room in enumerate(SUBMISSION, 1):
        house.stop(room, f"{number}", "#b36b00")
    for letter, room in reversed([*zip("ABCDE", TENSOR, strict=True)]):  # from right to left, too
        house.stop(room, letter, BLUE)
    arrow(axes, (6.5, y - GAP), (6.5, 11.0), GREY, linewidth=1.4)
    axes.text(3.6, (y + 8.0) / 2, "imports point down", rotation=90, ha="center", va="center", size=9, color=INK)
    legend(axes)


def legend(axes: Axes) -> None:
    """Says what the colours and the circles mean."""
    x = LEFT
    for fill, text, width in (
        (STUDENTS, "a student's check needs it", 48),
        (STAFF, "staff only", 25),
        (UNTRUSTED, "nothing here is believed", 43),
    ):
        box(axes, x, 2.6, 4.5, 3.6, facecolor=fill, linewidth=0.7)
        axes.text(x + 6.0, 4.4, text, va="center", size=8)
        x += width
    for sign, colour, text, width in (("1", "#b36b00", "a submission", 28), ("A", BLUE, "a tensor", 0)):
        style = {"boxstyle": "circle,pad=0.22", "facecolor": colour, "edgecolor": "none"}
        axes.text(x + 2.0, 4.4, sign, ha="center", va="center", size=7.4, weight="bold", color="white", bbox=style)
        axes.text(x + 5.5, 4.4, text, va="center", size=8)
        x += width


FIGURES: Figures = {PICTURE.stem: architecture}


if __name__ == "__main__":
    draw(FIGURES, Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE.parent, "architecture")
