"""Draws the figures of week 1: `python draw.py [FOLDER]`. Run it again after a change, and commit the SVGs with it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnngrade.course.figures import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    RED,
    Figures,
    arrow,
    box,
    canvas,
    draw_from_script,
)

SCALE = 0.36  # inches that one cell is wide


def grid(axes: Axes, left: float, top: float, numbers: np.ndarray, frame: int = 0, size: float = 9) -> None:
    """A table of numbers, one per cell, whose top left corner is (left, top); the outer `frame` cells are padding."""
    rows, columns = numbers.shape
    for i in range(rows):
        for j in range(columns):
            outside = min(i, j, rows - 1 - i, columns - 1 - j) < frame
            style = {"facecolor": "white", "edgecolor": GREY, "linestyle": (0, (2, 2))} if outside else {}
            box(axes, left + j, top - 1 - i, 1, 1, **style)
            text = f"{numbers[i, j]:g}".replace("-", "−")
            colour = GREY if outside else INK
            axes.text(left + j + 0.5, top - 0.5 - i, text, ha="center", va="center", size=size, color=colour)


def mark(axes: Axes, left: float, top: float, height: float, width: float, colour: str) -> None:
    """A window, tinted and framed, whose top left corner is (left, top)."""
    box(axes, left, top - height, width, height, facecolor=colour, alpha=0.25, linewidth=0)
    box(axes, left, top - height, width, height, facecolor="none", edgecolor=colour, linewidth=2.2)


def correlate(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """The cross-correlation of an image with a kernel."""
    kh, kw = kernel.shape
    rows = range(0, image.shape[0] - kh + 1, stride)
    columns = range(0, image.shape[1] - kw + 1, stride)
    return np.array([[(image[i : i + kh, j : j + kw] * kernel).sum() for j in columns] for i in rows])


IMAGE = np.array([[1, 2, 0, 1], [0, 1, 3, 1], [2, 0, 1, 2], [1, 1, 0, 0]])
KERNEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])


def convolution(figure: Figure) -> None:
    """A 4×4 image, a 3×3 kernel, the 2×2 result, with one stop worked out."""
    axes = canvas(figure, 25, 8.2, inches=25 * SCALE)
    result = correlate(IMAGE, KERNEL)
    axes.text(3, 7.6, "image 4×4", ha="center", weight="bold")
    axes.text(10.5, 7.6, "kernel 3×3", ha="center", weight="bold")
    axes.text(16, 7.6, "result 2×2", ha="center", weight="bold")
    grid(axes, 1, 7, IMAGE)
    mark(axes, 2, 7, 3, 3, ORANGE)
    axes.text(7.1, 5, "⋆", ha="center", va="center", size=24)
    grid(axes, 9, 6.5, KERNEL)
    axes.text(13.5, 5, "=", ha="center", va="center", size=14)
    grid(axes, 15, 6, result)
    mark(axes, 16, 6, 1, 1, ORANGE)
    stop = " + ".join(
        f"{a}·{b}" if b >= 0 else f"{a}·({b})" for a, b in zip(IMAGE[:3, 1:].ravel(), KERNEL.ravel(), strict=True)
    )
    axes.text(12.5, 1.6, "second stop (orange): the window's numbers times the kernel's, added up", ha="center")
    axes.text(12.5, 0.6, f"{stop} = {result[0, 1]}".replace("-", "−"), ha="center", color=ORANGE, weight="bold")
    axes.text(18.3, 5.5, "(4 − 3)/1 + 1 = 2\nin each direction", va="top")
    axes.text(18.3, 3.6, "+ bias, the same\neverywhere", va="top", color=GREY)


def padding(figure: Figure) -> None:
    """The same image in a frame of zeros: a 3×3 kernel keeps the size."""
    axes = canvas(figure, 24, 8.8, inches=24 * SCALE)
    padded = np.pad(IMAGE, 1)
    axes.text(4, 8, "padding 1: a frame of zeros, 6×6", ha="center", weight="bold")
    grid(axes, 1, 7.5, padded, frame=1)
    mark(axes, 1, 7.5, 3, 3, BLUE)
    mark(axes, 4, 4.5, 3, 3, ORANGE)
    arrow(axes, (8.3, 4.5), (10.7, 4.5))
    axes.text(9.5, 4.9, "3×3", ha="center")
    axes.text(13.5, 8, "result 4×4", ha="center", weight="bold")
    grid(axes, 11.5, 6.5, correlate(padded, KERNEL))
    mark(axes, 11.5, 6.5, 1, 1, BLUE)
    mark(axes, 14.5, 3.5, 1, 1, ORANGE)
    axes.text(16.6, 5.9, "(4 + 2·1 − 3)/1 + 1 = 4", va="center")
    axes.text(16.6, 4.7, "P = (K − 1)/2 keeps the\nsize for odd K, stride 1", va="center", color=GREY)
    axes.text(16.6, 3.0, "blue: first stop\norange: last stop", va="center", color=GREY)


def stride(figure: Figure) -> None:
    """Stride 2 on rows of 7 and of 6: the stops, and the pixel that is never read."""
    axes = canvas(figure, 25, 9, inches=25 * SCALE)
    for top, size in ((7.4, 7), (3.2, 6)):
        stops = (size - 3) // 2 + 1
        for column in range(size):
            unread = column >= 2 * (stops - 1) + 3
            box(axes, 1 + column, top - 1, 1, 1, facecolor="#dddddd" if unread else PALE)
            axes.text(1.5 + column, top - 0.5, str(column), ha="center", va="center", size=8, color=GREY)
        for index in range(stops):
            colour = (BLUE, ORANGE, GREEN)[index]
            y = top - 1.25 - 0.35 * index
            axes.plot([1.08 + 2 * index, 3.92 + 2 * index], [y, y], color=colour, linewidth=4, solid_capstyle="butt")
        rest = (size - 3) % 2
        formula = (
            f"({size} − 3)/2 + 1 = {stops}" if not rest else f"⌊({size} − 3)/2⌋ + 1 = ⌊{(size - 3) / 2}⌋ + 1 = {stops}"
        )
        axes.text(9.2, top - 0.5, f"H = {size}, K = 3, S = 2:   {formula}", va="center", weight="bold")
        note = "the last pixel is never read: half a stop is no stop" if rest else "the last window ends at the edge"
        axes.text(9.2, top - 1.6, note, va="center", color=GREY)
    axes.text(1, 8.3, "one direction of a convolution with stride 2: where the kernel stops", weight="bold", size=10)


def pooling(figure: Figure) -> None:
    """Max- and average-pooling of a 4×4 image, and ceil_mode on a row of 5."""
    axes = canvas(figure, 27, 8.8, inches=27 * SCALE)
    image = np.array([[1, 3, 2, 0], [5, 1, 4, 2], [0, 2, 1, 1], [2, 0, 3, 7]])
    blocks = image.reshape(2, 2, 2, 2)
    colours = (BLUE, ORANGE, GREEN, RED)
    axes.text(3, 8.2, "2×2 windows, stride 2", ha="center", weight="bold")
    grid(axes, 1, 7.6, image)
    for index, colour in enumerate(colours):
        mark(axes, 1 + 2 * (index % 2), 7.6 - 2 * (index // 2), 2, 2, colour)
    for left, name, values in ((8, "max", blocks.max((1, 3))), (12, "average", blocks.mean((1, 3)))):
        axes.text(left + 1, 8.2, name, ha="center", weight="bold")
        grid(axes, left, 6.6, values, size=7.5)
        for index, colour in enumerate(colours):
            mark(axes, left + index % 2, 6.6 - index // 2, 1, 1, colour)
    arrow(axes, (5.4, 5.6), (7.6, 5.6))
    axes.text(1, 2.5, "no parameters; each channel by itself", color=GREY)
    axes.text(16, 8.2, "5 pixels, padding 1, windows of 2, stride 2", weight="bold")
    for top, ceil in ((7.4, False), (3.6, True)):
        for column in range(7):
            outside = column in (0, 6)
            style = {"facecolor": "white", "edgecolor": GREY, "linestyle": (0, (2, 2))} if outside else {}
            box(axes, 16 + column, top - 1, 1, 1, **style)
        for index in range(4 if ceil else 3):
            colour = GREY if index == 3 else colours[index]
            ends = [16.08 + 2 * index, 17.92 + 2 * index]
            axes.plot(
                ends, [top - 1.3] * 2, color=colour, linewidth=4, solid_capstyle="butt", alpha=0.5 if index == 3 else 1
            )
        text = "ceil_mode: ⌈(5 + 2 − 2)/2⌉ + 1 = 4, but the fourth\n(grey) starts in the padding, and is dropped: 3"
        axes.text(16, top - 2.1, text if ceil else "⌊(5 + 2 − 2)/2⌋ + 1 = 3", va="top" if ceil else "center")


def receptive(figure: Figure) -> None:
    """One number behind conv 3, pool 2/2, conv 3 sees 8 input pixels."""
    axes = canvas(figure, 25, 9.6, inches=25 * SCALE)
    # (cells, distance between neighbours in pixels, position of the first cell's middle, seen cells)
    rows = [(14, 1, 0.0, (3, 10)), (12, 1, 1.0, (3, 8)), (6, 2, 1.5, (1.5, 4)), (4, 2, 3.5, (1, 1))]
    names = ["input", "conv 3, stride 1", "max-pool 2, stride 2", "conv 3, stride 1"]
    seen = [range(2, 10), range(2, 8), range(1, 4), range(1, 2)]
    fields = ["8 pixels", "sees 3", "sees 4", "sees 8"]
    for level, ((cells, step, first, _), name, view, field) in enumerate(zip(rows, names, seen, fields, strict=True)):
        y = 0.9 + 2.3 * level
        for index in range(cells):
            x = 1.2 + first + index * step
            lit = index in view
            box(axes, x - 0.42, y, 0.84, 0.84, facecolor=ORANGE if lit else PALE, alpha=0.75 if lit else 1)
        axes.text(16.6, y + 0.55, name, va="center", weight="bold")
        apart = "1 pixel" if step == 1 else f"{step} pixels"
        axes.text(16.6, y - 0.05, f"neighbours {apart} apart", va="center", color=GREY, size=8)
        axes.text(22.6, y + 0.42, field, va="center", color=ORANGE, weight="bold")
        if level:
            _, below_step, below_first, _ = rows[level - 1]
            below = seen[level - 1]
            top = [1.2 + first + step * view[0], 1.2 + first + step * view[-1]]
            bottom = [1.2 + below_first + below_step * below[0], 1.2 + below_first + below_step * below[-1]]
            for u, v, side in ((top[0], bottom[0], -0.42), (top[1], bottom[1], 0.42)):
                axes.plot([u + side, v + side], [y, y - 1.46], color=ORANGE, linewidth=1.2)
    axes.text(8, 0.25, "1 + (3 − 1)·1 + (2 − 1)·1 + (3 − 1)·2 = 8", ha="center")


def graph(figure: Figure) -> None:
    """The graph of autograd_example, values forward in blue, derivatives backward in red."""
    axes = canvas(figure, 27, 7.4, inches=27 * SCALE)
    nodes = [("x", "1"), ("y = x + 2", "3"), ("z = 3y²", "27"), ("out = mean z", "27")]
    steps = ["· 1", "6y = 18", "1/4"]
    for index, (name, value) in enumerate(nodes):
        x = 0.8 + 7 * index
        box(axes, x, 2.7, 4.4, 2)
        axes.text(x + 2.2, 4.05, name, ha="center", va="center", weight="bold")
        axes.text(
            x + 2.2, 3.2, value if index == 3 else f"{value}  (in all four places)", ha="center", va="center", size=7.5
        )
        if index:
            arrow(axes, (x - 2.5, 4.2), (x - 0.1, 4.2), BLUE)
            arrow(axes, (x - 0.1, 3.2), (x - 2.5, 3.2), RED)
            axes.text(x - 1.3, 2.5, steps[index - 1], ha="center", va="center", color=RED, size=8)
        texts = ["∂out/∂x = 4.5", "∂out/∂y = 0.25 · 18 = 4.5", "∂out/∂z = 0.25", "∂out/∂out = 1"]
        axes.text(x + 2.2, 1.6, texts[index], ha="center", va="center", color=RED, size=8.5)
    axes.text(13.5, 6.4, "forward (blue): values, left to right", ha="center", color=BLUE)
    axes.text(
        13.5,
        5.5,
        "backward (red): derivatives of out, right to left, multiplied on the way",
        ha="center",
        color=RED,
    )
    axes.text(13.5, 0.5, "every place by itself: ∂out/∂x = 6 (x + 2) / 4 = 4.5", ha="center")


FIGURES: Figures = {
    "convolution": convolution,
    "padding": padding,
    "stride": stride,
    "pooling": pooling,
    "receptive": receptive,
    "graph": graph,
}


if __name__ == "__main__":
    draw_from_script(FIGURES, __file__)
