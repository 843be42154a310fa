"""Tools for the scripts that draw the figures of handouts: colours, a canvas, boxes, arrows, and SVG files.

One version of matplotlib draws the same bytes every time (another may place text a little differently). Text stays
text, and no figure holds data or a date. A script is run as `python draw.py [FOLDER]`. Without a folder it writes
beside itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

# Okabe and Ito's colours, which colour-blind people can tell apart (https://jfly.uni-koeln.de/color/).
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#c0392b"
INK, GREY, PALE = "#222222", "#888888", "#eef3f7"

Point = tuple[float, float]
Figures = Mapping[str, Callable[[Figure], None]]
"""For each name, the function that fills the empty figure."""

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def canvas(figure: Figure, width: float, height: float, inches: float | None = None) -> Axes:
    """Returns axes that fill the figure, with equal units, no frame, and the origin at the bottom left.

    `inches` sets the width of the figure.
    """
    if inches is not None:
        figure.set_size_inches(inches, inches * height / width)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.axis("off")
    return axes


def box(axes: Axes, x: float, y: float, width: float, height: float, **style: Any) -> None:
    """Draws a rectangle with its lower left corner at (x, y)."""
    look: dict[str, Any] = {"facecolor": PALE, "edgecolor": INK, "linewidth": 0.8} | style
    axes.add_patch(Rectangle((x, y), width, height, **look))


def arrow(axes: Axes, start: Point, end: Point, colour: str = GREY, **style: Any) -> None:
    """Draws a thin arrow from `start` to `end`."""
    properties = {"arrowstyle": "->", "color": colour, "shrinkA": 0, "shrinkB": 0} | style
    axes.annotate("", xy=end, xytext=start, arrowprops=properties)


def draw(figures: Figures, folder: Path, week: str) -> None:
    """Writes every figure to `folder` as NAME.svg. `week` makes the ids in the files unique."""
    with mpl.rc_context(_STYLE | {"svg.hashsalt": f"cnngrade {week}"}):
        for name, fill in figures.items():
            figure = Figure(facecolor="white")
            FigureCanvasSVG(figure)
            fill(figure)
            figure.savefig(folder / f"{name}.svg", format="svg", metadata={"Date": None})


def draw_from_script(figures: Figures, script: str) -> None:
    """Runs the script assignments/WEEK/figures/draw.py: writes its figures to the folder named on the command line."""
    beside = Path(script).resolve().parent
    draw(figures, Path(sys.argv[1]) if len(sys.argv) > 1 else beside, beside.parent.name)
