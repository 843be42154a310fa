"""Draws the figures of a report as SVG texts inside a page. They follow its light or dark colours.

Only this module imports matplotlib. It makes its own `Figure` objects, without pyplot, so that figures share no state.
Colours are placeholders that become CSS variables of the page. Text stays text, so it may use any script that the
reader's fonts have, and `$` in it means a dollar.
"""

from __future__ import annotations

import base64
import io
import math
import re
import warnings
from collections.abc import Sequence
from html import escape
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

# Placeholder -> the CSS variable that replaces it, with a value for pages without the style.
_COLOURS = {
    "#010101": "var(--ink, #1c2430)",
    "#020202": "var(--muted, #596373)",
    "#030303": "var(--line, #d9dde3)",
    "#040404": "var(--accent, #2457c5)",
    "#050505": "var(--pass, #17734a)",
    "#060606": "var(--lost, #b3261e)",
    "#070707": "var(--warn, #8a5a00)",
}
_INK, _MUTED, _LINE, _ACCENT, _PASS, _LOST, _WARN = _COLOURS

_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "text.parse_math": False,  # `$` means a dollar
    "font.size": 11,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _MUTED,
    "ytick.labelcolor": _MUTED,
    "text.color": _INK,
    "legend.frameon": False,
}

_POINTS = 300  # of a curve; more points look the same and make the page large
_DRAWABLE = 1e30  # larger numbers make the axes overflow
_TOLD = 40  # parts of a label, which screen readers read aloud

# Parts of the SVG that the page does not need: ids that repeat in every figure, a style that would change the whole
# page, and lists of fonts.
_SUPERFLUOUS = [
    (re.compile(r'(?<=<g) id="[^"]*"'), ""),
    (re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL), ""),
    (re.compile(r" font-family: [^;\"]*;"), ""),
    (re.compile(r' transform="rotate\(-0 [^"]*"'), ""),
    (re.compile(r"\s*\n\s*"), "\n"),
]


def training_curve(losses: Sequence[float | None], epochs: int, name: str = "curve") -> str:
    """Draws the mean losses of equal parts of `epochs` epochs. A loss that is not finite is marked on the axis.

    If there are more than _POINTS losses, only every second (third, ...) one is drawn.
    """
    losses = losses[:: max(-(-len(losses) // _POINTS), 1)]
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(4.6, 3.0)
        ends = np.arange(1, len(losses) + 1) * epochs / len(losses)
        values = np.array([math.nan if loss is None else loss for loss in losses], dtype=float)
        values[~(np.abs(values) <= _DRAWABLE)] = math.nan  # written with `not`, so that NaN is included
        known = np.isfinite(values)
        axes.plot(ends, values, color=_ACCENT, linewidth=2, marker="o", markersize=5, clip_on=False)
        if known.any():
            axes.set_ylim(bottom=min(0.0, float(values[known].min())))
            last = int(np.flatnonzero(known)[-1])
            axes.annotate(
                f"{values[last]:.3g}", (ends[last], values[last]), (0, 8), textcoords="offset points", ha="center"
            )
        if not known.all():
            axes.plot(ends[~known], np.zeros((~known).sum()), "x", color=_LOST, markersize=8, clip_on=False)
        axes.set_xlim(0, epochs * 1.04)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
        axes.set_xlabel("epoch")
        axes.set_ylabel("mean training loss")
        axes.grid(axis="y", color=_LINE, linewidth=0.8)
        axes.set_axisbelow(True)
        told = ["not a number" if math.isnan(value) else f"{value:.3g}" for value in values]
        return _svg(figure, name, f"Mean training loss over {epochs} epochs: {_listed(told)}")


def confusion_matrix(counts: Sequence[Sequence[int]], classes: Sequence[str] = (), name: str = "confusion") -> str:
    """Draws how often each true class (rows) got each answer (columns). Errors are shaded by their share of a row."""
    table = np.asarray(counts, dtype=float)
    names = [_cut(str(label), 14) for label in (classes if len(classes) == len(table) else range(len(table)))]
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(4.6, 4.4)
        totals = np.maximum(table.sum(axis=1, keepdims=True), 1)  # 1 for a class without images
        # The largest share of errors gets the full shade, but not if it is below 2 %.
        worst = max(float((table * (1 - np.eye(len(table))) / totals).max()), 0.02)
        for (row, column), count in np.ndenumerate(table):
            if count:
                share, right = count / totals[row, 0], row == column
                alpha = 0.1 + 0.32 * share if right else 0.45 * share / worst  # pale enough to read the number
                colour = _PASS if right else _LOST
                axes.add_artist(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, alpha=alpha, linewidth=0))
                axes.text(column, row, f"{count:.0f}", ha="center", va="center", fontsize=8 if count < 1000 else 7)
        for artist in (*axes.texts, *axes.patches):
            artist.set_in_layout(False)  # they lie inside the axes, and measuring them doubles the drawing time
        _frame(axes, names)
        right_share = float(np.trace(table) / max(table.sum(), 1))
        return _svg(figure, name, f"Confusion matrix: {right_share:.1%} of the answers lie on the diagonal")


def _frame(axes: Axes, names: Sequence[str]) -> None:
    """Draws the square grid around a confusion matrix."""
    size, long = len(names), any(len(label) > 2 for label in names)
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal", xlabel="answer", ylabel="truth")
    axes.set_xticks(range(size), names, rotation=90 if long else 0)
    axes.set_yticks(range(size), names)
    axes.tick_params(length=0, labelsize=9)
    for edge in np.arange(size + 1) - 0.5:
        axes.axhline(edge, color=_LINE, linewidth=0.6)
        axes.axvline(edge, color=_LINE, linewidth=0.6)
    for spine in axes.spines.values():
        spine.set_visible(False)


def comparison(rows: Sequence[tuple[str, bool, float]], threshold: float | None, name: str = "comparison") -> str:
    """Draws accuracies as bars, a pair for each net.

    `rows` holds (net, trained on permuted pixels?, accuracy in [0, 1]).
    """
    nets = list(dict.fromkeys(net for net, _, _ in rows))
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(4.6, 3.0)
        for permuted, label, colour in [(False, "pixels as they are", _ACCENT), (True, "pixels permuted", _WARN)]:
            shown = [(nets.index(net), 100 * accuracy) for net, how, accuracy in rows if how is permuted]
            if not shown:
                continue
            places, heights = np.array(shown).T
            bars = axes.bar(places + (0.2 if permuted else -0.2), heights, 0.36, color=colour, alpha=0.9, label=label)
            axes.bar_label(bars, labels=[f"{height:.1f}" for height in heights], padding=3, fontsize=10)
        if threshold is not None:
            axes.axhline(100 * threshold, color=_MUTED, linewidth=1, linestyle=(0, (4, 3)))
        axes.set_xticks(range(len(nets)), [_cut(net) for net in nets])
        axes.tick_params(axis="x", length=0, labelcolor=_INK)
        axes.set(xlim=(-0.55, len(nets) - 0.45), ylim=(0, 108), ylabel="% of the images recognised")
        axes.set_yticks(range(0, 101, 20))
        axes.grid(axis="y", color=_LINE, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.02), ncols=2, borderaxespad=0, fontsize=10, handlelength=1)
        told = [f"{_cut(net)}{' on permuted pixels' if how else ''} {share:.1%}" for net, how, share in rows]
        return _svg(figure, name, f"Accuracy of each net: {_listed(told)}")


def thumbnail(image: Any) -> str:
    """Returns one image as a PNG data URL. `image` is uint8 (H, W), (1, H, W), (3, H, W) or (H, W, 3)."""
    pixels = np.asarray(image, dtype=np.uint8)
    if pixels.ndim == 3 and pixels.shape[0] in (1, 3):  # channels first, as in PyTorch
        pixels = np.moveaxis(pixels, 0, -1)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    file = io.BytesIO()
    imsave(file, np.ascontiguousarray(pixels), cmap="gray", vmin=0, vmax=255, format="png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def score_distribution(shares: Sequence[float], name: str = "scores") -> str:
    """Draws how many students reached which share of the points, in bins of ten per cent. `shares` are in [0, 1]."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(6.4, 2.9)
        # The small addend corrects rounding, so that 0.3 counts as 30 %. Full marks belong to the last bin.
        bins = np.clip((np.asarray(shares, dtype=float) * 10 + 1e-9).astype(int), 0, 9)
        counts = np.bincount(bins, minlength=10)
        bars = axes.bar(np.arange(10), counts, width=0.86, color=_ACCENT)
        axes.bar_label(bars, labels=[str(count) if count else "" for count in counts], padding=3, fontsize=10)
        axes.set_xticks(np.arange(10), [f"{low}–{low + 9 if low < 90 else 100}" for low in range(0, 100, 10)])
        axes.tick_params(axis="x", length=0, labelsize=9)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5, min_n_ticks=1))
        axes.set_ylim(0, max(1, counts.max()) * 1.18)
        axes.set_xlabel("% of the points")
        axes.set_ylabel("students")
        axes.grid(axis="y", color=_LINE, linewidth=0.8)
        axes.set_axisbelow(True)
        told = ", ".join(f"{low * 10} to {low * 10 + 10} %: {count}" for low, count in enumerate(counts) if count)
        return _svg(figure, name, f"Students by share of the points. {told}")


def task_success(tasks: Sequence[tuple[str, int, int, int]], name: str = "tasks") -> str:
    """Draws one bar per task. `tasks` holds (name, students who passed, who failed, for whom it is missing)."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(6.4, 0.9 + 0.27 * max(len(tasks), 1))
        rows = np.arange(len(tasks))
        counts = np.array([task[1:] for task in tasks], dtype=float).reshape(len(tasks), 3)
        shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        left = np.zeros(len(tasks))
        for part, (label, colour, alpha) in enumerate(
            [("pass", _PASS, 0.9), ("lost", _LOST, 0.75), ("missing", _MUTED, 0.3)]
        ):
            axes.barh(rows, shares[:, part], 0.68, left, color=colour, alpha=alpha, label=label)
            left += shares[:, part]
        for row, (passed, judged) in enumerate(zip(counts[:, 0], counts.sum(axis=1), strict=True)):
            told = f"{100 * passed / judged:.0f} %" if judged else "not graded"
            axes.text(102, row, told, va="center", fontsize=10)
        axes.set_yticks(rows, [_cut(task[0]) for task in tasks])
        axes.set(xlim=(0, 100), ylim=(len(tasks) - 0.4, -0.6), xlabel="% of the students")
        axes.tick_params(axis="y", length=0, labelcolor=_INK, labelsize=10)
        axes.spines["left"].set_visible(False)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0, fontsize=10, handlelength=1)
        told = ", ".join(f"{task[0]}: {task[1]} of {sum(task[1:])}" for task in tasks)
        return _svg(figure, name, f"Students who passed each task. {told}")


def task_times(tasks: Sequence[tuple[str, float, float]], name: str = "times") -> str:
    """Draws the median seconds of each task as a bar, with a line to the longest.

    `tasks` holds (name, median, longest).
    """
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(6.4, 0.9 + 0.27 * max(len(tasks), 1))
        rows = np.arange(len(tasks))
        medians, longest = np.array([task[1:] for task in tasks], dtype=float).reshape(len(tasks), 2).T
        axes.hlines(rows, medians, longest, color=_MUTED, linewidth=1.5)
        axes.plot(longest, rows, "|", color=_MUTED, markersize=8)
        axes.barh(rows, medians, 0.6, color=_ACCENT, alpha=0.9)
        # Training tasks take a thousand times as long as others, so the scale is linear up to a second, and logarithmic above.
        axes.set_xscale("symlog", linthresh=1, subs=[2, 5])
        most = max(float(longest.max()), 1.0)
        axes.set_xlim(0, most * 1.15)
        ticks = [tick for tick in (0, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600) if tick <= most * 1.15]
        # On a long scale, the other labels would overlap.
        ticks = [tick for tick in ticks if tick in (0, 1, 10, 60, 600, 3600)] if most > 60 else ticks
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_yticks(rows, [_cut(task[0]) for task in tasks])
        axes.set(ylim=(len(tasks) - 0.4, -0.6), xlabel="seconds")
        axes.tick_params(axis="y", length=0, labelcolor=_INK, labelsize=10)
        axes.grid(axis="x", color=_LINE, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        told = ", ".join(f"{task[0]}: {task[1]:.2g}, at most {task[2]:.2g}" for task in tasks)
        return _svg(figure, name, f"Seconds by task, the median. {told}")


def mistake_counts(mistakes: Sequence[tuple[str, int]], name: str = "mistakes") -> str:
    """Draws how many students made each mistake. `mistakes` holds (name, students), the most common first."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _figure(6.4, 0.7 + 0.27 * len(mistakes))
        rows = np.arange(len(mistakes))
        counts = np.array([count for _, count in mistakes])
        bars = axes.barh(rows, counts, 0.6, color=_LOST, alpha=0.75)
        axes.bar_label(bars, padding=4, fontsize=10)
        axes.set_yticks(rows, [_cut(mistake, 34) for mistake, _ in mistakes])
        axes.set(xlim=(0, counts.max() * 1.12), ylim=(len(mistakes) - 0.4, -0.6), xlabel="students")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5, min_n_ticks=1))
        axes.tick_params(axis="y", length=0, labelcolor=_INK, labelsize=10)
        axes.spines["left"].set_visible(False)
        told = ", ".join(f"{mistake}: {count}" for mistake, count in mistakes)
        return _svg(figure, name, f"Students who made each mistake. {told}")


def _listed(told: Sequence[str]) -> str:
    """Returns a list for a label: all items of a short list, and both ends of a long one."""
    half = _TOLD // 2
    return ", ".join(told if len(told) <= _TOLD else [*told[:half], "...", *told[-half:]])


def _cut(label: str, most: int = 26) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Returns a new figure (in inches of 72 px) with one pair of axes."""
    # Without pyplot, which would keep every figure in a global list.
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.add_subplot()


def _svg(figure: Figure, name: str, label: str) -> str:
    """Returns the figure as one `<svg>` element. `name` makes its ids different from those of other figures of the page."""
    file = io.StringIO()
    # Without a date and a version, equal figures give equal bytes.
    undated: dict[str, Any] = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with matplotlib.rc_context({"svg.hashsalt": name}), warnings.catch_warnings():
        # matplotlib's font, used for the layout, lacks many scripts and warns. The browser has its own fonts.
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure.savefig(file, format="svg", metadata=undated)
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    for superfluous, kept in _SUPERFLUOUS:
        svg = superfluous.sub(kept, svg)
    # Without width and height, the viewBox lets the page scale the figure.
    svg = re.sub(r'^<svg (.*?)(?:width|height)="[^"]*" (.*?)(?:width|height)="[^"]*"', r"<svg \1\2", svg, count=1)
    for placeholder, colour in _COLOURS.items():
        svg = svg.replace(placeholder, colour)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
