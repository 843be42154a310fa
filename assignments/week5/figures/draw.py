"""Draws the figures of week 5: `python draw.py [FOLDER]`. Run it again after a change, and commit the SVGs with it."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from cnngrade.course.figures import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    RED,
    SKY,
    Figures,
    Point,
    arrow,
    box,
    canvas,
    draw_from_script,
)


def layer(axes: Axes, x: float, y: float, text: str, width: float = 27, **style: object) -> None:
    """A box of height 6 with its text, centred at (x, y)."""
    box(axes, x - width / 2, y - 3, width, 6, zorder=3, **style)
    axes.text(x, y, text, ha="center", va="center", zorder=4)


def plus(axes: Axes, x: float, y: float, text: str = "+") -> None:
    """A circled sign."""
    axes.add_patch(Circle((x, y), 2.6, facecolor="white", edgecolor=INK, linewidth=1.2))
    axes.text(x, y - 0.1, text, ha="center", va="center", size=12)


def path(axes: Axes, points: list[Point], colour: str) -> None:
    """Straight lines through `points`, with an arrow at the last one."""
    axes.plot([x for x, _ in points[:-1]], [y for _, y in points[:-1]], color=colour, linewidth=1.6)
    arrow(axes, points[-2], points[-1], colour, linewidth=1.6)


def block(axes: Axes, x: float, steps: list[str], top: float, inlet: str, outlet: str, shortcut: str) -> None:
    """A residual block from top to bottom: input, `steps`, addition, ReLU, output; the shortcut on the right in orange."""
    axes.text(x, top + 4, inlet, ha="center", weight="bold")
    y = top
    for step in steps:
        arrow(axes, (x, y + 3), (x, y - 1))
        y -= 4
        colour = SKY if step.startswith("conv") else "#d9ead3" if step.startswith("batch") else "#fde9c9"
        layer(axes, x, y, step, facecolor=colour)
        y -= 6
    below = y - 3.6
    arrow(axes, (x, y + 3), (x, below + 2.6))
    plus(axes, x, below)
    projects = shortcut.startswith("conv")
    right = x + (29 if projects else 21)
    path(axes, [(x, top + 1.6), (right, top + 1.6), (right, below), (x + 2.6, below)], ORANGE)
    middle = (top + below) / 2
    if projects:
        layer(axes, right, middle, shortcut, 22, facecolor=SKY, edgecolor=ORANGE, linewidth=1.6)
    else:
        axes.text(right + 1.2, middle, shortcut, color=ORANGE, rotation=90, va="center", weight="bold")
    arrow(axes, (x, below - 2.6), (x, below - 6.4))
    layer(axes, x, below - 9.4, "ReLU", facecolor="#fde9c9")
    arrow(axes, (x, below - 12.4), (x, below - 16))
    axes.text(x, below - 19, outlet, ha="center", weight="bold")


def plain(figure: Figure) -> None:
    """The plain residual block, and the small net around it."""
    axes = canvas(figure, 190, 82, 10.5)
    axes.text(31, 77, "PlainResidualBlock(16)", ha="center", size=11)
    block(axes, 24, ["conv 3×3, padding 1", "ReLU", "conv 3×3, padding 1"], 64, "x: 16@12×12", "16@12×12", "x itself")
    axes.text(26, 25.4, "x + F(x)", va="center", size=8)
    axes.text(128, 77, "MiniResNet: what each layer returns, and its parameters", ha="center", size=11)
    rows = [
        ("image", "1@28×28", ""),
        ("conv 5×5, ReLU", "16@24×24", "16·(1·25 + 1) = 416"),
        ("max-pool 2", "16@12×12", "0"),
        ("block(16)", "16@12×12", "2·16·(16·9 + 1) = 4,640"),
        ("conv 5×5, ReLU", "32@8×8", "32·(16·25 + 1) = 12,832"),
        ("max-pool 2", "32@4×4", "0"),
        ("block(32)", "32@4×4", "2·32·(32·9 + 1) = 18,496"),
        ("linear", "10", "10·(512 + 1) = 5,130"),
    ]
    for index, (name, shape, parameters) in enumerate(rows):
        y = 69 - 8 * index
        block_row = name.startswith("block")
        style = {"facecolor": "#fde9c9", "edgecolor": ORANGE} if block_row else {}
        layer(axes, 90, y, name, 30, **style)
        axes.text(117, y, shape, ha="center", va="center", weight="bold")
        axes.text(186, y, parameters, ha="right", va="center", color=RED)
        if index:
            arrow(axes, (90, y + 5), (90, y + 3))
    axes.text(186, 4.5, "together 41,514", ha="right", color=RED, weight="bold")


def residual(figure: Figure) -> None:
    """The residual block of ResNet, with the identity and with a projection on the shortcut."""
    axes = canvas(figure, 160, 104, 9.5)
    steps = ["conv 3×3, stride {}", "batch norm", "ReLU", "conv 3×3, stride 1", "batch norm"]
    axes.text(41, 99, "ResidualBlock(64, 64)", ha="center", size=11)
    block(axes, 34, [s.format(1) for s in steps], 86, "x: 64@56×56", "64@56×56", "the shape stays: x itself")
    axes.text(111, 99, "ResidualBlock(64, 128, stride=2)", ha="center", size=11)
    block(axes, 104, [s.format(2) for s in steps], 86, "x: 64@56×56", "128@28×28", "conv 1×1, stride 2")
    for y in (82, 52):
        axes.text(89, y, "128@28×28", ha="right", va="center", color=GREY, size=8)
    axes.text(134.5, 42, "128@28×28", ha="left", color=GREY, size=8)


def resnet18(figure: Figure) -> None:
    """ResNet-18 on 224×224: stem, four stages of two blocks, head."""
    axes = canvas(figure, 300, 96, 12)
    axes.text(150, 90, "ResNet-18: height of a bar is the side of its maps, width their number", ha="center", size=11)
    middle, x = 53.0, 12.0

    def bar(side: float, channels: int, **style: object) -> float:
        width = max(1.2, channels / 30)
        box(axes, x, middle - side / 6.4, width, side / 3.2, **({"facecolor": "#cfe3f1", "edgecolor": BLUE} | style))
        return width

    width = bar(224 / 1.05, 1, facecolor="white", edgecolor=GREY)
    axes.text(x + width / 2, 12, "1\n@224×224", ha="center", size=8)
    x += width
    for text, side, channels in (("conv 7×7 / 2\nBN, ReLU", 112, 64), ("max-pool\n3×3 / 2", 56, 64)):
        arrow(axes, (x + 1.5, middle), (x + 20, middle))
        axes.text(x + 10.7, middle + 1.5, text, ha="center", va="bottom", size=7.5)
        x += 22
        width = bar(side, channels)
        axes.text(x + width / 2, 12, f"{channels}\n@{side}×{side}", ha="center", size=8)
        x += width
    for stage, (side, channels) in enumerate(((56, 64), (28, 128), (14, 256), (7, 512))):
        start = x + 2
        for index in range(2):
            projects = index == 0 and stage > 0
            arrow(axes, (x + 1.5, middle), (x + 13, middle))
            top = middle + 13
            colour = RED if projects else ORANGE
            path(axes, [(x + 1.5, middle + 0.8), (x + 3, top), (x + 11.5, top), (x + 12.8, middle + 1.0)], colour)
            axes.text(x + 7.2, middle - 3.6, "/ 2" if projects else "", ha="center", size=8, color=RED)
            x += 14.5
            x += bar(side, channels)
        axes.text((start + x) / 2, 12, f"{channels}\n@{side}×{side}", ha="center", size=8, weight="bold")
        axes.text((start + x) / 2, 74, f"stage {stage + 1}", ha="center", size=8.5)
    arrow(axes, (x + 1.5, middle), (x + 15, middle))
    axes.text(x + 8.2, middle + 1.5, "global\naverage", ha="center", va="bottom", size=7.5)
    x += 17
    box(axes, x, middle - 12, 1.2, 24, facecolor="#cfe3f1", edgecolor=BLUE)
    axes.text(x + 0.6, 12, "512", ha="center", size=8)
    arrow(axes, (x + 3, middle), (x + 14, middle))
    axes.text(x + 8.5, middle + 1.5, "linear", ha="center", va="bottom", size=7.5)
    x += 16
    box(axes, x, middle - 3, 1.2, 6, facecolor="#cfe3f1", edgecolor=BLUE)
    axes.text(x + 0.6, 12, "10", ha="center", size=8)
    axes.text(
        150, 3, "orange: the input itself;  red: a 1×1 convolution with stride 2, three in the whole net", ha="center"
    )


COLOURS = ("#cfe3f1", "#f6c9a8", "#bfe3d0", "#f3d0e0", "#fbe6a2")


def dense(figure: Figure) -> None:
    """The dense block: each conv block reads all maps before it, and its own go behind them."""
    axes = canvas(figure, 200, 92, 10.5)
    axes.text(100, 87, "DenseBlock(4, 64, 32): what is new goes behind what was there", ha="center", size=11)
    x = 12.0
    for step in range(5):
        y = 22.0
        for part in range(step + 1):
            height = 16.0 if part == 0 else 8.0
            box(axes, x, y, 9, height, facecolor=COLOURS[part], edgecolor=INK)
            axes.text(x + 4.5, y + height / 2, "x" if part == 0 else f"{part}", ha="center", va="center", size=8)
            y += height
        axes.text(x + 4.5, 15.5, f"{64 + 32 * step}", ha="center", weight="bold")
        axes.text(x + 4.5, 10.5, "channels", ha="center", size=7.5, color=GREY)
        if step < 4:
            centre = 22 + (16 + 8 * step) / 2
            arrow(axes, (x + 9.5, centre), (x + 15.5, centre))
            box(axes, x + 16, centre - 6, 14, 12, facecolor=COLOURS[step + 1], edgecolor=INK)
            axes.text(x + 23, centre, "batch norm\nReLU\nconv 3×3", ha="center", va="center", size=6.8)
            new = y + 4
            path(axes, [(x + 23, centre + 6), (x + 23, new), (x + 40.4, new)], GREY)
            axes.text(x + 32, new + 1.2, "+32", ha="center", size=7.5, color=RED)
            path(axes, [(x + 9.5, 22.9), (x + 40.4, 22.9)], ORANGE)
        x += 41
    axes.text(100, 4, "orange: handed on unchanged, whatever the conv block makes of it", ha="center", color=ORANGE)


def densenet(figure: Figure) -> None:
    """DenseNet on 96×96: channels over the layers, halved three times."""
    axes = canvas(figure, 300, 104, 12)
    axes.text(150, 98, "DenseNet() on 96×96: the channels after every layer", ha="center", size=11)
    base, scale, x = 22.0, 0.24, 20.0
    for value in (0, 64, 128, 192, 256):
        axes.plot([16, 292], [base + scale * value] * 2, color="#dddddd", linewidth=0.7, zorder=0)
        axes.text(14, base + scale * value, f"{value}", ha="right", va="center", size=8, color=GREY)
    channels, side = 64, 24

    def bar(colour: str, label: str = "") -> None:
        nonlocal x
        box(axes, x, base, 8, scale * channels, facecolor=colour, edgecolor=INK)
        axes.text(x + 4, base + scale * channels + 1.2, f"{channels}", ha="center", size=7.5, weight="bold")
        axes.text(x + 4, base - 3.6, label, ha="center", va="top", size=7.2, color=GREY)
        x += 10

    bar("#cfe3f1", "stem")
    for number in range(4):
        start = x
        for _ in range(4):
            channels += 32
            bar(COLOURS[1])
        axes.text((start + x - 2) / 2, base - 3.6, f"dense block {number + 1}", ha="center", va="top", size=7.5)
        axes.text((start + x - 2) / 2, base - 8, f"{side}×{side}", ha="center", va="top", size=8, weight="bold")
        if number < 3:
            x += 2
            channels //= 2
            side //= 2
            bar(COLOURS[2], "transition")
            x += 2
    x += 4
    box(axes, x, base, 8, scale * channels, facecolor="#cfe3f1", edgecolor=INK)
    axes.text(x + 4, base + scale * channels + 1.2, "248", ha="center", size=7.5, weight="bold")
    axes.text(x + 4, base - 3.6, "norm, ReLU,\nglobal average", ha="center", va="top", size=7.2, color=GREY)
    arrow(axes, (x + 9, base + 12), (x + 22, base + 12))
    axes.text(x + 15.5, base + 13.5, "linear", ha="center", size=7.5)
    axes.text(x + 24, base + 12, "10", va="center", weight="bold")
    axes.text(
        150, 4, "orange: +32 for each conv block;  green: a transition halves channels, height and width", ha="center"
    )


def gradient(figure: Figure) -> None:
    """How the gradient comes back: through a sum, and through a concatenation."""
    axes = canvas(figure, 190, 84, 10.5)
    axes.text(46, 79, "Sum: y = x + F(x)", ha="center", size=11)
    axes.text(142, 79, "Concatenation: y = [x, F(x)]", ha="center", size=11)

    # The sum: the same gradient goes both ways.
    axes.text(12, 45, "x", ha="center", va="center", size=12, weight="bold")
    layer(axes, 44, 62, "F", 18, facecolor=SKY)
    plus(axes, 72, 45)
    axes.text(88, 45, "y", ha="center", va="center", size=12, weight="bold")
    path(axes, [(86, 47), (75, 47)], RED)
    path(axes, [(71, 48), (71, 62), (54, 62)], RED)
    path(axes, [(35, 62), (13, 62), (13, 48)], RED)
    path(axes, [(69, 45), (15, 45)], RED)
    axes.text(80.5, 48.5, "g", ha="center", color=RED, style="italic")
    axes.text(62, 63.5, "g", ha="center", color=RED, style="italic")
    axes.text(24, 63.5, "F′(x)ᵀ g", ha="center", color=RED, style="italic")
    axes.text(44, 46.5, "g, unchanged", ha="center", color=RED, style="italic")
    axes.text(46, 30, "x gets  g + F′(x)ᵀ g", ha="center", color=RED, weight="bold")
    axes.text(46, 23, "Both summands get all of g:", ha="center", size=8.5)
    axes.text(46, 18.5, "what is added is mixed, and cannot be told apart later.", ha="center", size=8.5)

    # The concatenation: the gradient is cut into slices.
    axes.text(108, 45, "x", ha="center", va="center", size=12, weight="bold")
    layer(axes, 138, 62, "F", 18, facecolor=SKY)
    box(axes, 164, 38, 7, 14, facecolor=COLOURS[0])
    box(axes, 164, 52, 7, 12, facecolor=COLOURS[1])
    axes.text(167.5, 45, "x", ha="center", va="center", size=8)
    axes.text(167.5, 58, "F(x)", ha="center", va="center", size=7)
    axes.text(184, 50.5, "y", ha="center", va="center", size=12, weight="bold")
    path(axes, [(181, 45), (172, 45)], RED)
    path(axes, [(181, 58), (172, 58)], RED)
    axes.text(176.5, 41, "g₁", ha="center", color=RED, style="italic")
    axes.text(176.5, 59.5, "g₂", ha="center", color=RED, style="italic")
    path(axes, [(163, 62), (148, 62)], RED)
    path(axes, [(129, 62), (109, 62), (109, 48)], RED)
    path(axes, [(163, 45), (111, 45)], RED)
    axes.text(120, 63.5, "F′(x)ᵀ g₂", ha="center", color=RED, style="italic")
    axes.text(138, 46.5, "g₁, unchanged", ha="center", color=RED, style="italic")
    axes.text(142, 30, "x gets  g₁ + F′(x)ᵀ g₂", ha="center", color=RED, weight="bold")
    axes.text(142, 23, "Each part gets its own slice of g:", ha="center", size=8.5)
    axes.text(142, 18.5, "what is put side by side stays apart, and takes room.", ha="center", size=8.5)
    axes.text(95, 6, "Either way one term has passed through no weight at all.", ha="center", size=10)


FIGURES: Figures = {
    "plain": plain,
    "residual": residual,
    "resnet18": resnet18,
    "dense": dense,
    "densenet": densenet,
    "gradient": gradient,
}


if __name__ == "__main__":
    draw_from_script(FIGURES, __file__)
