"""Draws the figures of week 3: `python draw.py [FOLDER]`. Run it again after a change, and commit the SVGs with it."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon

from cnngrade.course.figures import BLUE, GREEN, GREY, INK, ORANGE, RED, Figures, arrow, box, canvas, draw_from_script

LIGHT = "#cfe3f1"


def block(axes: Axes, x: float, middle: float, channels: int, side: int) -> float:
    """Feature maps as a solid block, its height by the maps' side, its width by the channels; returns its right edge."""
    height = 5.2 * math.sqrt(side)
    width = 0.9 * math.sqrt(channels)
    depth = height * 0.22
    low, high = middle - height / 2, middle + height / 2
    style = {"edgecolor": BLUE, "linewidth": 0.9}
    top = [(x, high), (x + depth, high + depth), (x + width + depth, high + depth), (x + width, high)]
    right = [
        (x + width, low),
        (x + width + depth, low + depth),
        (x + width + depth, high + depth),
        (x + width, high),
    ]
    axes.add_patch(Polygon(top, facecolor="#e6f0f8", **style))
    axes.add_patch(Polygon(right, facecolor="#b5d3e8", **style))
    box(axes, x, low, width, height, facecolor=LIGHT, edgecolor=BLUE)
    return x + width + depth


def column(axes: Axes, x: float, middle: float, units: int) -> float:
    """A layer of units as a thin column; returns its right edge."""
    height = 14 * math.log10(units)
    box(axes, x, middle - height / 2, 3.5, height, facecolor="#fbe6bd", edgecolor=ORANGE)
    return x + 3.5


def net(
    axes: Axes, stages: list[tuple[int, int]], layers: list[str], parameters: list[str], gap: float, left: float
) -> float:
    """Blocks and columns from left to right; between them what the layer does, and below its parameters."""
    middle, x = 70.0, left
    for index, (channels, side) in enumerate(stages):
        start = x
        x = block(axes, x, middle, channels, side) if side > 0 else column(axes, x, middle, channels)
        label = f"{channels}\n{side}×{side}" if side > 0 else f"{channels}"
        axes.text((start + x) / 2, 12.5, label, ha="center", va="bottom", weight="bold", size=8)
        if index < len(layers):
            arrow(axes, (x + 1.5, middle), (x + gap - 1.5, middle))
            axes.text(x + gap / 2, middle + 2.5, layers[index], ha="center", va="bottom", size=7)
            axes.text(x + gap / 2, 6.5, parameters[index], ha="center", color=RED, size=7.5)
            x += gap
    return x


def alexnet(figure: Figure) -> None:
    """AlexNet: maps, layers, parameters."""
    figure.set_size_inches(11.115, 4.55)
    axes = canvas(figure, 342, 140)
    stages = [(1, 224), (96, 54), (96, 26), (256, 26), (256, 12), (384, 12), (384, 12), (256, 12), (256, 5)]
    stages += [(4096, 0), (4096, 0), (10, 0)]
    layers = ["conv\n11×11\nS 4, P 1", "pool\n3 / 2", "conv\n5×5\nP 2", "pool\n3 / 2", "conv\n3×3\nP 1"]
    layers += ["conv\n3×3\nP 1", "conv\n3×3\nP 1", "pool\n3 / 2", "linear", "linear", "linear"]
    parameters = ["11.7 k", "0", "614.7 k", "0", "885.1 k", "1.33 M", "885.0 k", "0", "26.2 M", "16.8 M", "41.0 k"]
    net(axes, stages, layers, parameters, gap=13.5, left=6)
    axes.text(171, 132, "AlexNet: channels, height × width; orange: single units, each hidden layer with dropout 0.5",
              ha="center", size=10.5)  # fmt: skip
    axes.text(171, 0.8, "parameters (red): 3.7 million in five convolutions, 43.0 million in three linear layers",
              ha="center", color=RED)  # fmt: skip


def vgg11(figure: Figure) -> None:
    """VGG-11: five blocks and the head."""
    figure.set_size_inches(9.653, 4.55)
    axes = canvas(figure, 297, 140)
    stages = [(1, 224), (64, 112), (128, 56), (256, 28), (512, 14), (512, 7), (4096, 0), (4096, 0), (10, 0)]
    layers = ["block\n1 conv", "block\n1 conv", "block\n2 convs", "block\n2 convs", "block\n2 convs"]
    layers += ["linear", "linear", "linear"]
    parameters = ["640", "73.9 k", "885.2 k", "3.54 M", "4.72 M", "102.8 M", "16.8 M", "41.0 k"]
    net(axes, stages, layers, parameters, gap=18, left=8)
    axes.text(148, 132, "VGG-11: every block halves the side; the channels double until 512", ha="center", size=10.5)
    axes.text(148, 0.8, "parameters (red): 9.2 million in eight convolutions, 119.6 million in three linear layers",
              ha="center", color=RED)  # fmt: skip


def nin(figure: Figure) -> None:
    """Network in Network above, the inside of a block below."""
    figure.set_size_inches(11.245, 6.5)
    axes = canvas(figure, 346, 200)
    middle, x = 128.0, 8.0
    stages = [(1, 224), (96, 54), (96, 26), (256, 26), (256, 12), (384, 12), (384, 5), (10, 5), (10, 0)]
    layers = ["block\n11 / 4 / 0", "pool\n3 / 2", "block\n5 / 1 / 2", "pool\n3 / 2", "block\n3 / 1 / 1", "pool\n3 / 2"]
    layers += ["dropout 0.5\nblock\n3 / 1 / 1", "mean of\neach map"]
    parameters = ["30.3 k", "0", "746.2 k", "0", "1.18 M", "0", "34.8 k", "0"]
    gap = 19.0
    for index, (channels, side) in enumerate(stages):
        start = x
        x = block(axes, x, middle, channels, side) if side else column(axes, x, middle, channels)
        label = f"{channels}\n{side}×{side}" if side else f"{channels}"
        axes.text((start + x) / 2, 70, label, ha="center", va="bottom", weight="bold", size=8)
        if index < len(layers):
            arrow(axes, (x + 1.5, middle), (x + gap - 1.5, middle))
            axes.text(x + gap / 2, middle + 2.5, layers[index], ha="center", va="bottom", size=7)
            axes.text(x + gap / 2, 64, parameters[index], ha="center", color=RED, size=7.5)
            x += gap
    axes.text(173, 191, "NiN: blocks as kernel / stride / padding; 1.99 million parameters (red), none of them linear",
              ha="center", size=10.5)  # fmt: skip
    axes.text(60, 46, "one block", ha="center", size=10, weight="bold")
    names = ["conv K×K\nstride S, padding P", "ReLU", "conv 1×1", "ReLU", "conv 1×1", "ReLU"]
    x = 95.0
    arrow(axes, (x - 12, 36), (x - 1, 36))
    for name in names:
        width = 50 if "K" in name else 34 if "conv" in name else 22
        box(axes, x, 26, width, 20, facecolor=LIGHT if "conv" in name else "white", edgecolor=BLUE)
        axes.text(x + width / 2, 36, name, ha="center", va="center", size=8)
        arrow(axes, (x + width, 36), (x + width + 9, 36))
        x += width + 10
    axes.text(120, 14, "looks at a neighbourhood", ha="center", size=8, color=GREY)
    axes.text(250, 14, "look at one place each: a small fully connected net over the channels", ha="center", size=8,
              color=GREY)  # fmt: skip


def field_column(axes: Axes, left: float, kernels: list[int], title: str, below: str) -> None:
    """Maps from bottom (input) to top (one unit), one dimension, with what each unit reads."""
    cell, rows = 3.0, len(kernels) + 1
    size = 1 + sum(kernel - 1 for kernel in kernels)
    widths = [size]
    for kernel in kernels:
        widths.append(widths[-1] - kernel + 1)
    centre = left + 3.5 * cell
    heights = [12 + 36 * row / (rows - 1) for row in range(rows)]
    for row, width in enumerate(widths):
        x0 = centre - width * cell / 2
        for index in range(width):
            face = ORANGE if row == rows - 1 else LIGHT if row == 0 else "#fbe6bd"
            box(axes, x0 + index * cell, heights[row], cell, cell, facecolor=face, edgecolor=BLUE)
        if row:
            kernel = kernels[row - 1]
            below0 = centre - widths[row - 1] * cell / 2
            for index in (0, width - 1):
                unit = x0 + index * cell
                for corner, edge in ((unit, index), (unit + cell, index + kernel)):
                    axes.plot(
                        [corner, below0 + edge * cell],
                        [heights[row], heights[row - 1] + cell],
                        color=GREY,
                        linewidth=0.8,
                    )
            axes.text(centre + 12.5, (heights[row] + heights[row - 1] + cell) / 2, f"{kernel}×{kernel}", va="center",
                      size=8, color=GREY)  # fmt: skip
    axes.text(centre, 57, title, ha="center", weight="bold")
    axes.text(centre, 5.8, f"sees {size}×{size}", ha="center")
    axes.text(centre, 1.8, below, ha="center", color=RED, size=8.5)


def stacked(figure: Figure) -> None:
    """What one unit sees through one 5×5, two 3×3 and three 3×3 convolutions."""
    figure.set_size_inches(10, 5)
    axes = canvas(figure, 128, 64)
    field_column(axes, 4, [5], "one 5×5", "25 C² weights")
    field_column(axes, 37, [3, 3], "two 3×3", "2 · 9 C² = 18 C²")
    field_column(axes, 70, [7], "one 7×7", "49 C²")
    field_column(axes, 101, [3, 3, 3], "three 3×3", "3 · 9 C² = 27 C²")


def layer_of_units(axes: Axes, x: float, ys: list[float], values: list[str], dropped: set[int]) -> None:
    """A column of units with their values; dropped ones are crossed out."""
    for index, (y, value) in enumerate(zip(ys, values, strict=True)):
        gone = index in dropped
        axes.add_patch(
            Circle((x, y), 3, facecolor="#eeeeee" if gone else LIGHT, edgecolor=GREY if gone else BLUE, linewidth=1)
        )
        axes.text(x, y, value, ha="center", va="center", size=8, color=GREY if gone else INK)
        if gone:
            for sign in (-1, 1):
                axes.plot([x - 2.2, x + 2.2], [y - 2.2 * sign, y + 2.2 * sign], color=RED, linewidth=1.2, alpha=0.6)


def dropout(figure: Figure) -> None:
    """Six units in two passes in train mode, and in eval mode."""
    figure.set_size_inches(10, 4.6)
    axes = canvas(figure, 130, 60)
    values = [1, 3, 2, 0, 4, 2]
    ys = [47 - 8 * index for index in range(6)]
    panels = [("train mode, one pass", {1, 3, 5}), ("train mode, the next pass", {0, 2, 3, 4}), ("eval mode", set())]
    for place, (title, dropped) in enumerate(panels):
        x = 10 + 43 * place
        factor = 1 if place == 2 else 2
        after = [0 if index in dropped else factor * value for index, value in enumerate(values)]
        layer_of_units(axes, x, ys, [str(value) for value in values], dropped)
        layer_of_units(axes, x + 16, ys, [str(value) for value in after], set())
        for index, y in enumerate(ys):
            colour = "#dddddd" if index in dropped else GREY
            arrow(axes, (x + 3.2, y), (x + 12.8, y), colour)
            if index not in dropped and place < 2:
                axes.text(x + 8, y + 0.8, "× 2", ha="center", size=7, color=GREEN)
        axes.text(x + 8, 54.5, title, ha="center", weight="bold")
        axes.text(x + 27, 27, f"sum\n{sum(after)}", ha="center", va="center", color=GREEN, weight="bold")
    axes.text(
        65, 0.6, "the sum is 12 in eval mode, and 12 on average in train mode", ha="center", va="bottom", color=GREEN
    )


def shares(figure: Figure) -> None:
    """Where the parameters and the multiplications of the three nets are."""
    figure.set_size_inches(10, 3.6)
    rows = ["AlexNet", "VGG-11", "NiN"]
    parameters = [(3.724, 43.041), (9.220, 119.586), (1.992, 0)]
    multiplications = [(895.1, 43.0), (7427.7, 119.6), (762.3, 0)]
    for left, data, title in (
        (0.09, parameters, "parameters, in millions"),
        (0.57, multiplications, "multiplications of one forward pass, in millions"),
    ):
        axes = figure.add_axes((left, 0.2, 0.40, 0.62))
        for place, (convolutional, linear) in enumerate(data):
            y = 2 - place
            axes.barh(y, convolutional, color=BLUE, height=0.55, label="convolutions" if place == 0 else None)
            axes.barh(y, linear, left=convolutional, color=ORANGE, height=0.55, label="linear" if place == 0 else None)
            total = convolutional + linear
            axes.text(total, y, f" {total:,.0f}", va="center", size=8)
        axes.set(yticks=[2, 1, 0], yticklabels=rows, xlim=(0, max(sum(pair) for pair in data) * 1.15))
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_title(title, size=9.5)
        axes.tick_params(labelsize=8)
    figure.legend(loc="lower center", ncols=2, frameon=False, fontsize=8, handles=axes.get_legend_handles_labels()[0],
                  labels=axes.get_legend_handles_labels()[1])  # fmt: skip


FIGURES: Figures = {
    "alexnet": alexnet,
    "vgg11": vgg11,
    "nin": nin,
    "stacked": stacked,
    "dropout": dropout,
    "shares": shares,
}


if __name__ == "__main__":
    draw_from_script(FIGURES, __file__)
