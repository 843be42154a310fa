"""Draws the figures of week 2: `python draw.py [FOLDER]`. Run it again after a change, and commit the SVGs with it."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

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


def convolution_panel(axes: Axes, left: float, size: int, padding: int, stride: int, kernel: int = 3) -> None:
    """One input grid, its first (blue) and last (orange) window, and the output grid below."""
    padded = size + 2 * padding
    steps = (padded - kernel) // stride
    middle, top = left + 3.5, 13.6
    x0, y0 = middle - padded / 2, top - (7 + padded) / 2
    for row in range(padded):
        for column in range(padded):
            inside = padding <= row < size + padding and padding <= column < size + padding
            unread = max(row, column) >= steps * stride + kernel
            face = "#dddddd" if unread else PALE if inside else "white"
            line = {"linestyle": "-" if inside else (0, (2, 2)), "edgecolor": INK if inside else GREY}
            box(axes, x0 + column, y0 + padded - 1 - row, 1, 1, facecolor=face, linewidth=0.6, **line)
    last = steps * stride
    for corner, colour in ((0, BLUE), (last, ORANGE)):
        style = {"facecolor": colour, "alpha": 0.3, "linewidth": 0}
        box(axes, x0 + corner, y0 + padded - kernel - corner, kernel, kernel, **style)
        style = {"facecolor": "none", "edgecolor": colour, "linewidth": 2}
        box(axes, x0 + corner, y0 + padded - kernel - corner, kernel, kernel, **style)
    arrow(axes, (middle, 6.3), (middle, 5.6))
    u0, v0 = middle - (steps + 1) / 2, 2.8 - (steps + 1) / 2
    for row in range(steps + 1):
        for column in range(steps + 1):
            face = {0: BLUE, 2 * steps: ORANGE}.get(row + column, "white")
            box(axes, u0 + column, v0 + steps - row, 1, 1, facecolor=face, linewidth=0.6)
    axes.text(middle, 14.5, f"H = {size}, P = {padding}, S = {stride}", ha="center", weight="bold")
    fraction = f"({size} + {2 * padding} − {kernel}) / {stride}"
    rest = (padded - kernel) % stride
    axes.text(middle, -0.6, f"⌊{fraction}⌋ + 1 = {steps + 1}" if rest else f"{fraction} + 1 = {steps + 1}", ha="center")


def convolution(figure: Figure) -> None:
    """Padding, stride and the floor: four 3×3 convolutions."""
    figure.set_size_inches(10, 5)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-0.5, 35.5), ylim=(-1.5, 16.5), aspect="equal")
    axes.axis("off")
    for place, (size, padding, stride) in enumerate([(5, 0, 1), (5, 1, 1), (5, 1, 2), (6, 0, 2)]):
        convolution_panel(axes, 9 * place + 0.5, size, padding, stride)
    axes.text(17.5, 15.7, "A 3×3 kernel (K = 3): blue is its first stop, orange its last", ha="center", size=11)
    axes.text(33.4, 6.0, "grey: never read", ha="center", color=GREY, size=8)


def feature_maps(axes: Axes, x: float, channels: int, side: float, middle: float) -> float:
    """A stack of `channels` square maps, drawn to scale; returns its width."""
    shift = 1.1
    for index in reversed(range(channels)):
        offset = shift * (index - (channels - 1) / 2)
        box(axes, x + offset + shift * (channels - 1) / 2, middle - side / 2 + offset, side, side, edgecolor=BLUE)
    return side + shift * (channels - 1)


def lenet(figure: Figure) -> None:
    """LeNet-5: every feature map to scale, the layers between them, and their parameters."""
    figure.set_size_inches(12, 3.6)
    axes = canvas(figure, 300, 90)
    middle, x = 50.0, 10.0
    stages = [(1, 28), (6, 28), (6, 14), (16, 10), (16, 5), (120, 1), (84, 1), (10, 1)]
    layers = ["conv 5×5\npadding 2", "avg-pool 2", "conv 5×5", "avg-pool 2", "conv 5×5", "linear", "linear"]
    parameters = ["156", "0", "2,416", "0", "48,120", "10,164", "850"]
    axes.text(150, 84, "LeNet-5: channels @ height × width", ha="center", size=11)
    for index, (channels, side) in enumerate(stages):
        if side > 1:
            width = feature_maps(axes, x, channels, side, middle)
            label = f"{channels}@{side}×{side}"
        else:
            width = 3.0
            box(axes, x, middle - channels / 5, width, channels / 2.5, edgecolor=BLUE)
            label = f"{channels}"
        axes.text(x + width / 2, 18, label, ha="center", weight="bold")
        x += width
        if index < len(layers):
            gap = 20.0
            arrow(axes, (x + 2, middle), (x + gap - 2, middle))
            axes.text(x + gap / 2, middle + 3, layers[index], ha="center", va="bottom", size=7.5)
            axes.text(x + gap / 2, 9, parameters[index], ha="center", color=RED, size=8.5)
            x += gap
    axes.text(150, 2, "parameters (red): 156 + 2,416 + 48,120 + 10,164 + 850 = 61,706", ha="center", color=RED)


def vgg(figure: Figure) -> None:
    """VGG on 32×32: five halvings, and where 512 and 2048 come from."""
    figure.set_size_inches(12, 4.1)
    axes = canvas(figure, 300, 102.5)
    middle, x = 53.0, 9.0
    stages = [(32, [64]), (16, [128]), (8, [256, 256]), (4, [512, 512]), (2, [512, 512]), (1, [512])]
    axes.text(150, 96, "Height: pixels.  Width: channels.  Every max-pool halves the height.", ha="center", size=11)
    box(axes, x, middle - 32, 1.5, 64, edgecolor=GREY)
    axes.text(x + 0.75, 12, "3\n@32×32", ha="center", size=8)
    arrow(axes, (x + 3, middle), (x + 16, middle))
    axes.text(x + 9.5, middle + 2, "conv", ha="center", size=8)
    x += 18
    for side, widths in stages:
        start = x
        for channels in widths:
            box(axes, x, middle - side, channels / 16, 2 * side, edgecolor=BLUE, facecolor="#cfe3f1")
            x += channels / 16 + 2
        centre = (start + x - 2) / 2
        axes.text(centre, 12, f"{widths[-1]}\n@{side}×{side}", ha="center", size=8, weight="bold")
        if side == 2:
            axes.text(centre, 70, "512 · 2 · 2 = 2048\none pooling too early", ha="center", color=RED, size=8.5)
            arrow(axes, (centre, 68), (centre, middle + 4))
        if side == 1:
            axes.text(centre, 70, "512 · 1 · 1 = 512\nthe classifier's input", ha="center", color=GREEN, size=8.5)
            arrow(axes, (centre, 68), (centre, middle + 4))
            break
        arrow(axes, (x, middle), (x + 7, middle))
        axes.text(x + 3.5, middle + 2, "M", ha="center", color=ORANGE, weight="bold")
        x += 9
    axes.text(150, 3, "side: 32 → 16 → 8 → 4 → 2 → 1 (M = max-pool 2); the convolutions keep it", ha="center")


def permuted(figure: Figure) -> None:
    """Three digits above, the same three after one fixed permutation of their 64 pixels below."""
    figure.set_size_inches(7.6, 4.6)
    axes = canvas(figure, 38, 23)
    data = load_digits()
    permutation = np.random.RandomState(4).permutation(64)
    tracked = 36  # the pixel framed in red: (row, column) = (4, 4)
    for place, digit in enumerate([3, 4, 0]):
        image = data.images[np.flatnonzero(data.target == digit)[0]].ravel()
        for base, pixels, mark in (
            (12.3, image, tracked),
            (1.2, image[permutation], int(np.flatnonzero(permutation == tracked)[0])),
        ):
            for index, value in enumerate(pixels):
                shade = f"{1 - value / 16:.4f}"
                box(axes, 7 + 11 * place + index % 8, base + 7 - index // 8, 1, 1, facecolor=shade, edgecolor="none")
            box(axes, 7 + 11 * place, base, 8, 8, facecolor="none")
            style = {"facecolor": "none", "edgecolor": RED, "linewidth": 2}
            box(axes, 7 + 11 * place + mark % 8, base + 7 - mark // 8, 1, 1, **style)
        arrow(axes, (11 + 11 * place, 12.0), (11 + 11 * place, 9.5))
    axes.text(3.3, 16.3, "original", ha="center", va="center")
    axes.text(3.3, 5.2, "permuted", ha="center", va="center")
    axes.text(19, 21.6, "One permutation for all images: the red pixel always moves to the same place", ha="center")


# LeNet-5 on MNIST, SGD, batch 256: test accuracy in %, (mean, lowest, highest) after each epoch.
CONSTANT = [(95.55, 90.93, 97.25), (97.18, 92.61, 98.21), (96.85, 90.21, 98.25), (97.93, 95.43, 98.62)]
CONSTANT += [(98.17, 96.85, 98.92)]
CONSTANT_MISSES = [84, 32, 23, 15, 8]  # % of the runs below 97 %
DROPPED = [(95.63, 92.09, 97.18), (96.95, 92.61, 98.21), (98.48, 98.23, 98.65)]


def schedule_column(
    figure: Figure, left: float, width: float, rates: list[float], runs: list[tuple[float, float, float]]
) -> Axes:
    """The rate above, the spread of the accuracy below, epoch by epoch; returns the lower axes."""
    epochs = np.arange(1, len(runs) + 1)
    top = figure.add_axes((left, 0.70, width, 0.17))
    bottom = figure.add_axes((left, 0.12, width, 0.51), sharex=top)
    top.step(np.append(epochs - 0.5, epochs[-1] + 0.5), [*rates, rates[-1]], where="post", color=ORANGE, linewidth=2)
    top.set(yscale="log", ylim=(0.04, 2), yticks=[0.09, 0.9], yticklabels=["0.09", "0.9"])
    top.minorticks_off()
    top.tick_params(labelbottom=False)
    for epoch, (mean, low, high) in zip(epochs, runs, strict=True):
        bottom.plot([epoch, epoch], [low, high], color=BLUE, linewidth=5, alpha=0.45, solid_capstyle="butt")
        bottom.plot([epoch], [mean], "o", color=BLUE, markersize=5)
    bottom.axhline(97, color=RED, linewidth=1, linestyle=(0, (4, 3)))
    bottom.set(xlim=(0.5, len(runs) + 0.5), ylim=(89, 100.3), xticks=epochs, yticks=[90, 92, 94, 96, 97, 98])
    for axes in (top, bottom):
        axes.spines[["top", "right"]].set_visible(False)
    return bottom


def schedule(figure: Figure) -> None:
    """A constant rate of 0.9 against the same rate divided by ten for the last of three epochs."""
    figure.set_size_inches(9, 5)
    left = schedule_column(figure, 0.10, 0.47, [0.9] * 5, CONSTANT)
    right = schedule_column(figure, 0.67, 0.30, [0.9, 0.9, 0.09], DROPPED)
    for epoch, misses in enumerate(CONSTANT_MISSES, start=1):
        left.text(epoch, 89.3, f"{misses} %", ha="center", color=RED, weight="bold")
    right.text(3, 98.85, "all 12\nabove 98.2", ha="center", va="bottom", color=GREEN, weight="bold", size=8)
    figure.text(0.10, 0.015, "after epoch (red: share of the runs below 97 %)", color=INK)
    figure.text(0.67, 0.015, "after epoch", color=INK)
    figure.text(0.10, 0.955, "Constant rate", weight="bold", size=11)
    figure.text(0.67, 0.955, "Rate / 10 in the last epoch", weight="bold", size=11)
    figure.text(0.02, 0.785, "rate", rotation=90, va="center")
    figure.text(0.02, 0.38, "test accuracy, %: range and mean", rotation=90, va="center")
    figure.text(0.10, 0.905, "25 runs (13 from epoch 3 on)", size=8, color=GREY)
    figure.text(0.67, 0.905, "12 runs", size=8, color=GREY)


def means(figure: Figure) -> None:
    """Ten samples in batches of four: the mean over batches is not the mean over samples."""
    figure.set_size_inches(7, 3.4)
    axes = figure.add_axes((0.09, 0.16, 0.62, 0.70))
    for start, size, loss, colour in ((0, 4, 0.5, BLUE), (4, 4, 0.5, BLUE), (8, 2, 2.0, ORANGE)):
        box(axes, start, 0, size, loss, facecolor=colour, alpha=0.35)
        axes.text(
            start + size / 2,
            0.25 if loss < 1 else 1.5,
            f"{size} samples\nloss {loss}",
            ha="center",
            va="center",
            size=8,
        )
    for height, colour, text in (
        (1.0, RED, "over batches: 1.0\n(0.5 + 0.5 + 2.0) / 3"),
        (0.8, GREEN, "over samples: 0.8\n(4·0.5 + 4·0.5 + 2·2.0) / 10"),
    ):
        axes.axhline(height, color=colour, linewidth=1.5, linestyle=(0, (4, 3)))
        axes.text(10.2, height + (0.18 if height == 1.0 else -0.18), text, color=colour, va="center", size=8)
    axes.set(xlim=(0, 10), ylim=(0, 2.15), xticks=[0, 4, 8, 10], yticks=[0, 0.5, 1, 1.5, 2])
    axes.spines[["top", "right"]].set_visible(False)
    figure.text(0.43, 0.02, "samples", ha="center")
    figure.text(0.02, 0.51, "mean loss of the batch", rotation=90, va="center")
    figure.text(0.5, 0.93, "The last batch is smaller, and must count for less", ha="center", size=11)


FIGURES: Figures = {
    "convolution": convolution,
    "lenet": lenet,
    "vgg": vgg,
    "means": means,
    "permuted": permuted,
    "schedule": schedule,
}


if __name__ == "__main__":
    draw_from_script(FIGURES, __file__)
