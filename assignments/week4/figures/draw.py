"""Draws the figures of week 4: `python draw.py [FOLDER]`. Run it again after a change, and commit the SVGs with it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from cnngrade.course.figures import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    RED,
    Figures,
    Point,
    arrow,
    box,
    canvas,
    draw_from_script,
)

FILLS = {"pool": "#d9efe6", "1×1": "#fdf0d5", "3×3": "#cfe3f1", "5×5": "#9cc7e3", "7×7": "#7fb2d6", "plain": PALE}


def layer(axes: Axes, middle: Point, text: str, width: float = 22, height: float = 8, size: float = 8) -> None:
    """A layer as a rounded box with its centre at `middle`; the colour tells the size of the window."""
    fill = next((colour for key, colour in FILLS.items() if key in text), PALE)
    corner = (middle[0] - width / 2, middle[1] - height / 2)
    style = {"facecolor": fill, "edgecolor": INK, "linewidth": 0.8}
    axes.add_patch(FancyBboxPatch(corner, width, height, boxstyle="round,pad=0,rounding_size=1.5", **style))
    axes.text(*middle, text, ha="center", va="center", size=size)


def block(axes: Axes, left: float, title: str, paths: list[list[str]], widths: list[str], end: str) -> None:
    """Four paths from an input at the bottom to a concatenation at the top, and what each contributes."""
    centres = [left + 14 + 25 * number for number in range(4)]
    middle = sum(centres) / 4
    axes.text(middle, 95, title, ha="center", size=11)
    layer(axes, (middle, 8), "input: in_channels × H × W", width=96)
    layer(axes, (middle, 82), end, width=96)
    for centre, path, width in zip(centres, paths, widths, strict=True):
        heights = np.linspace(26, 56, 3)[-len(path) :] if len(path) > 1 else [41]
        below = (centre, 12.0)
        for text, height in zip(path, heights, strict=True):
            arrow(axes, below, (centre, height - 4))
            layer(axes, (centre, height), text)
            below = (centre, height + 4)
        arrow(axes, below, (centre, 78))
        axes.text(centre + 1.5, 68, width, color=RED, weight="bold")


def inception(figure: Figure) -> None:
    """The affine block of the small net, and the block of GoogLeNet."""
    figure.set_size_inches(12, 5.6)
    axes = canvas(figure, 214, 100)
    block(
        axes,
        1,
        "Inception(in_channels): no activations",
        [["1×1"], ["1×1, 16", "3×3, 24", "3×3, 24"], ["1×1, 16", "5×5, 24"], ["1×1"]],
        ["16", "24", "24", "24"],
        "concatenated on the channels: 16 + 24 + 24 + 24 = 88",
    )
    block(
        axes,
        110,
        "InceptionV1(in_channels, c1, c2, c3, c4): ReLU after every convolution",
        [["1×1"], ["1×1, c2[0]", "3×3"], ["1×1, c3[0]", "5×5"], ["max-pool 3×3", "1×1"]],
        ["c1", "c2[1]", "c3[1]", "c4"],
        "concatenated on the channels: c1 + c2[1] + c3[1] + c4",
    )


def mini(figure: Figure) -> None:
    """MiniGoogLeNet: its maps to scale, the layers between them, and their parameters."""
    figure.set_size_inches(12, 3.7)
    axes = canvas(figure, 300, 92.5)
    middle, x = 54.0, 13.0
    stages = [(1, 28), (10, 24), (10, 12), (88, 12), (20, 8), (20, 4), (88, 4), (10, 1)]
    layers = [
        "conv 5×5\nReLU",
        "max-pool 2",
        "Inception",
        "conv 5×5\nReLU",
        "max-pool 2",
        "Inception",
        "flatten\nlinear",
    ]
    parameters = ["260", "0", "19,104", "44,020", "0", "19,824", "14,090"]
    axes.text(150, 86, "MiniGoogLeNet: channels @ height × width", ha="center", size=11)
    for index, (channels, side) in enumerate(stages):
        height, depth = 1.7 * max(side, 1), max(channels / 5, 1.2)
        colour = ORANGE if channels == 88 else BLUE
        box(axes, x, middle - height / 2, depth, height, edgecolor=colour, linewidth=1.1)
        label = f"{channels}@{side}×{side}" if side > 1 else f"{channels}"
        axes.text(x + depth / 2, 20, label, ha="center", weight="bold", size=8)
        x += depth
        if index < len(layers):
            gap = 30.0
            arrow(axes, (x + 2, middle), (x + gap - 2, middle))
            axes.text(x + gap / 2, middle + 3, layers[index], ha="center", va="bottom", size=7.5)
            axes.text(x + gap / 2, 11, parameters[index], ha="center", color=RED, size=8.5)
            x += gap
    text = "parameters (red): 260 + 19,104 + 44,020 + 19,824 + 14,090 = 97,298; linear takes in 88 · 4 · 4 = 1,408"
    axes.text(150, 3, text, ha="center", color=RED)


BLOCKS = [
    ("3a", 256), ("3b", 480), ("4a", 512), ("4b", 512), ("4c", 512), ("4d", 528), ("4e", 832), ("5a", 832), ("5b", 1024),
]  # fmt: skip


def googlenet(figure: Figure) -> None:
    """GoogLeNet on 224×224: the height of a box is the side of its maps, the number is its channels."""
    figure.set_size_inches(12, 4.2)
    axes = canvas(figure, 300, 105)
    middle, x = 56.0, 4.0
    axes.text(
        150,
        98,
        "GoogLeNet on 224×224: the boxes' heights are to scale, and each pool halves them",
        ha="center",
        size=11,
    )
    stages: list[tuple[int, list[tuple[str, int, str]]]] = [
        (224, [("image", 1, "plain")]),
        (112, [("7×7 / 2", 64, "7×7")]),
        (56, [("1×1", 64, "1×1"), ("3×3", 192, "3×3")]),
        (28, [(name, channels, "plain") for name, channels in BLOCKS[:2]]),
        (14, [(name, channels, "plain") for name, channels in BLOCKS[2:7]]),
        (7, [(name, channels, "plain") for name, channels in BLOCKS[7:]]),
    ]
    for number, (side, members) in enumerate(stages):
        start = x
        for name, channels, fill in members:
            height, width = 0.3 * side + 1.5, 14.5 if number else 13.0
            box(axes, x, middle - height / 2, width, height, facecolor=FILLS[fill], edgecolor=BLUE)
            high = height > 14
            axes.text(x + width / 2, middle if high else middle + height / 2 + 1.5, name, ha="center", size=7.5,
                      va="center" if high else "bottom")  # fmt: skip
            axes.text(x + width / 2, 14, f"{channels}", ha="center", size=8, weight="bold")
            x += width + 2
        centre = (start + x - 2) / 2
        axes.text(centre, 7, f"{side}×{side}", ha="center", size=8.5, color=RED)
        arrow(axes, (x - 1, middle), (x + 6, middle))
        if 0 < number < 5:
            axes.text(x + 2.5, middle + 2, "M", ha="center", color=GREEN, weight="bold")
        x += 8
    axes.text(x - 1, middle, "average\nof each\nmap, then\nlinear", va="center", size=7.5)
    axes.text(150, 1, "bold: channels; red: height × width; M: max-pool 3×3, stride 2, padding 1", ha="center", size=8)


def statistics(figure: Figure) -> None:
    """Which numbers of a batch share a mean and a variance."""
    figure.set_size_inches(10, 3.9)
    axes = canvas(figure, 250, 97.5)
    colours = [BLUE, ORANGE, GREEN]
    axes.text(
        125,
        91,
        "One colour, one mean and one variance: the statistics are (C,)",
        ha="center",
        size=11,
    )
    for row in range(4):
        for column in range(3):
            box(axes, 30 + 14 * column, 58 - 12 * row, 14, 12, facecolor=colours[column], alpha=0.45)
        axes.text(27, 64 - 12 * row, f"sample {row}", ha="right", va="center", size=8)
    for column in range(3):
        axes.text(37 + 14 * column, 73, f"c = {column}", ha="center", size=8)
    axes.text(51, 8, "(N, C): the mean runs over N\nm = N", ha="center", va="center")
    for row in range(4):
        for column in range(3):
            left, bottom = 125 + 34 * column, 58 - 12 * row
            for i in range(2):
                for j in range(6):
                    box(axes, left + 5 * j, bottom + 5 * i, 5, 5, facecolor=colours[column], alpha=0.45, linewidth=0.4)
        axes.text(122, 63 - 12 * row, f"sample {row}", ha="right", va="center", size=8)
    for column in range(3):
        axes.text(140 + 34 * column, 73, f"c = {column}", ha="center", size=8)
    axes.text(174, 8, "(N, C, H, W): the mean runs over N, H and W\nm = N · H · W", ha="center", va="center")


def modes(figure: Figure) -> None:
    """What is read and what is written in the two modes."""
    figure.set_size_inches(10, 3.6)
    axes = canvas(figure, 250, 90)
    for left, title, training in ((4, "train mode", True), (130, "eval mode", False)):
        axes.text(left + 58, 83, title, ha="center", size=11)
        layer(axes, (left + 12, 56), "x", width=16)
        layer(axes, (left + 60, 56), "(x − mean) / √(var + eps)", width=46)
        layer(axes, (left + 100, 56), "y", width=16)
        axes.text(left + 60, 67, "then · gamma + beta", ha="center", size=8)
        arrow(axes, (left + 20, 56), (left + 37, 56))
        arrow(axes, (left + 83, 56), (left + 92, 56))
        layer(axes, (left + 60, 12), "running mean, running variance", width=62)
        if training:
            layer(axes, (left + 60, 34), "this batch: mean, biased var", width=52)
            arrow(axes, (left + 12, 52), (left + 34, 36), BLUE)
            arrow(axes, (left + 60, 38), (left + 60, 52), BLUE)
            arrow(axes, (left + 60, 30), (left + 60, 16), ORANGE)
            axes.text(left + 62, 23, "momentum,\nunbiased var", va="center", size=8, color="#a86f00")
            axes.text(left + 3, 32, "the gradient\ncomes back\nthis way too", va="center", size=8, color=BLUE)
        else:
            arrow(axes, (left + 60, 16), (left + 60, 52), BLUE)
            axes.text(
                left + 62,
                34,
                "constants: nothing is written,\nno image sees another one",
                va="center",
                size=8,
                color=BLUE,
            )


FIGURES: Figures = {
    "inception": inception,
    "mini": mini,
    "googlenet": googlenet,
    "statistics": statistics,
    "modes": modes,
}


if __name__ == "__main__":
    draw_from_script(FIGURES, __file__)
