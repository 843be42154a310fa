"""The same eight checks by cnngrade, by a `pytest` subprocess per submission, and by otter-grader and nbgrader.

    python tests/benchmarks/peers.py [--submissions 200] [--peers 4] [--workers 1] [--peer-python PATH]

One assignment of three definitions (a shape formula, an Inception block, a residual block) and eight tests, stated once for
each grader in its own form. Each side grades correct and wrong submissions in turns; what is compared is the CPU time a
submission of all processes, and, on an idle machine, the wall time. otter-grader and nbgrader run under `--peer-python`, a
Python that has them and torch (`pip install otter-grader nbgrader torch`), and are left out with a line where it has not.
Goals: 15 times as many submissions a minute as a `pytest` subprocess, 45 times as many as otter-grader.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cost import Spent, environment, spent, told_if_busy
from notebook_graders import installed

SOLUTION = '''
import torch
from torch import nn


def conv2d_output_size(h, w, kernel, padding, stride):
    """Rows and columns of a convolution's output."""
    return (h + 2 * padding - kernel) // stride + 1, (w + 2 * padding - kernel) // stride + 1


class Inception(nn.Module):
    """Four paths side by side, concatenated over channels."""

    def __init__(self, c):
        super().__init__()
        self.one = nn.Conv2d(c, 8, 1)
        self.three = nn.Sequential(nn.Conv2d(c, 4, 1), nn.ReLU(), nn.Conv2d(4, 8, 3, padding=1))
        self.five = nn.Sequential(nn.Conv2d(c, 4, 1), nn.ReLU(), nn.Conv2d(4, 8, 5, padding=2))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(c, 8, 1))

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], dim=1)


class Residual(nn.Module):
    """Two convolutions and a shortcut."""

    def __init__(self, c_in, c_out, stride=1):
        super().__init__()
        self.a = nn.Conv2d(c_in, c_out, 3, stride, 1)
        self.b = nn.Conv2d(c_out, c_out, 3, 1, 1)
        self.skip = nn.Conv2d(c_in, c_out, 1, stride) if stride != 1 or c_in != c_out else nn.Identity()

    def forward(self, x):
        return torch.relu(self.b(torch.relu(self.a(x))) + self.skip(x))
'''
WRONG = SOLUTION.replace("dim=1)", "dim=0)").replace("// stride + 1, (w", "// stride, (w")

# The checks as every peer runs them: in the process of the submission.
CHECKS = {
    "size_plain": "assert blocks.conv2d_output_size(28, 28, 5, 0, 1) == (24, 24)",
    "size_padded": "assert blocks.conv2d_output_size(28, 30, 5, 2, 1) == (28, 30)",
    "size_strided": "assert blocks.conv2d_output_size(224, 112, 7, 3, 2) == (112, 56)",
    "inception_shape": "assert blocks.Inception(6)(torch.randn(2, 6, 12, 10)).shape == (2, 32, 12, 10)",
    "inception_gradient": (
        "net = blocks.Inception(6); net(torch.randn(2, 6, 8, 8)).sum().backward(); "
        "assert all(p.grad is not None for p in net.parameters())"
    ),
    "residual_shape": "assert blocks.Residual(4, 8, 2)(torch.randn(2, 4, 9, 8)).shape == (2, 8, 5, 4)",
    "residual_identity": "assert blocks.Residual(4, 4)(torch.randn(2, 4, 6, 6)).shape == (2, 4, 6, 6)",
    "residual_gradient": (
        "net = blocks.Residual(4, 8, 2); net(torch.randn(2, 4, 8, 8)).sum().backward(); "
        "assert all(p.grad is not None for p in net.parameters())"
    ),
}
PYTEST = "import blocks, torch\n\n" + "\n\n".join(f"def test_{name}():\n    {body}" for name, body in CHECKS.items())

# The same, and more than the same (values too), as a week of cnngrade.
HIDDEN = '''
import pytest
from cnngrade.judge.suite import images, same, same_net, same_structure, task

@task("shape")
@pytest.mark.parametrize("arguments", [(28, 28, 5, 0, 1), (28, 30, 5, 2, 1), (224, 112, 7, 3, 2)])
def test_size(inside, reference, arguments):
    """Rows and columns are those of the formula."""
    same(inside.call("blocks.py:conv2d_output_size", *arguments), reference.call("blocks.py:conv2d_output_size", *arguments))

@task("inception")
@pytest.mark.parametrize("size", [(12, 10), (8, 8)])
def test_inception(inside, reference, size):
    """The four paths lie one behind the other, and every parameter gets a gradient."""
    same_net(inside, reference, "blocks.py:Inception", images(2, 6, *size), {"c": 6})

@task("residual")
@pytest.mark.parametrize("arguments", [(4, 8, 2), (4, 4, 1)])
def test_residual(inside, reference, arguments):
    """The shortcut is projected where it has to be, and every parameter gets a gradient."""
    named = dict(zip(("c_in", "c_out", "stride"), arguments))
    same_net(inside, reference, "blocks.py:Residual", images(2, 4, 9, 8), named)

@task("residual")
def test_structure(inside, reference):
    """There are two convolutions and a projection."""
    same_structure(inside, reference, "blocks.py:Residual", images(2, 4, 9, 8), {"c_in": 4, "c_out": 8, "stride": 2})
'''
ASSIGNMENT = """
schema = 1
title = "Blocks"
files = ["blocks.py"]
[limits]
seconds = 20
memory_mb = 1000
output_kb = 64
[[task]]
id = "shape"
title = "The size"
points = 30
symbols = ["blocks.py:conv2d_output_size"]
[[task]]
id = "inception"
title = "Four paths"
points = 35
symbols = ["blocks.py:Inception"]
[[task]]
id = "residual"
title = "A shortcut"
points = 35
symbols = ["blocks.py:Residual"]
"""


@dataclass
class Cost:
    """Of one grader: seconds a submission, and how many got all points."""

    name: str
    cpu: float
    wall: float
    note: str


def cost_of(name: str, count: int, total: Spent, passed: int) -> Cost:
    return Cost(name, total.cpu / count, total.wall / count, f"{passed} of {count} with all points")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=200, help="for cnngrade, in a class of its own")
    parser.add_argument("--peers", type=int, default=4, help="submissions for each peer")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--peer-python", default=sys.executable)
    options = parser.parse_args()
    print(told_if_busy())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = grade_class(folder, options.submissions, options.workers)
        small = grade_class(folder / "small", 2, 1)
        # What is spent once a run (torch, the suite, first calls) is told apart from what every submission costs.
        marginal = (ours.cpu * options.submissions - small.cpu * 2) / (options.submissions - 2)
        works = sources(options.peers)
        peers = [run_pytest(folder, works), *run_notebooks(folder, works, options.peer_python)]
    print(f"{'':24}{'CPU s':>8}{'wall s':>8}{'times our CPU':>15}{'times our wall':>15}")
    for cost in [ours, *peers]:
        ratios = f"{cost.cpu / ours.cpu:15.1f}{cost.wall / ours.wall:15.1f}"
        print(f"{cost.name:24}{cost.cpu:8.3f}{cost.wall:8.3f}{ratios}  {cost.note}")
    print(f"of ours, each submission more: {marginal:.3f} s CPU; the rest is spent once a run of {options.submissions}")
    goals = {"pytest": 15, "otter-grader": 45}
    missed = [cost.name for cost in peers if cost.cpu / ours.cpu < goals.get(cost.name, 0)]
    print(f"goals missed: {', '.join(missed)}" if missed else "goals reached: 15 times pytest, 45 times otter-grader")
    return int(bool(missed))


def sources(count: int) -> list[str]:
    return [WRONG if number % 3 == 2 else SOLUTION for number in range(count)]


def grade_class(folder: Path, count: int, workers: int) -> Cost:
    course, week = folder / "course", folder / "course" / "assignments" / "week1"
    for path, text in {
        course / "assignments" / "course.toml": 'schema = 1\nname = "b"\ntitle = "B"\nweeks = ["week1"]\n',
        week / "assignment.toml": ASSIGNMENT,
        week / "handout.en.md": "# Blocks\n",
        week / "handout.zh.md": "# Blocks\n",
        week / "hidden" / "test_blocks.py": HIDDEN,
        week / "public" / "test_blocks.py": HIDDEN,
        course / "solutions" / "week1" / "blocks.py": SOLUTION,
        course / "starter" / "week1" / "blocks.py": "",
        **{folder / "class" / f"s{n:04}" / "blocks.py": text for n, text in enumerate(sources(count))},
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    command = [sys.executable, "-m", "cnngrade", "grade", "week1", "class", "--out", "out", "--course", "course"]

    def work() -> None:
        done = subprocess.run(
            [*command, "--workers", str(workers), "--device", "cpu"], cwd=folder, env=environment(),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr

    total = spent(work)
    rows = (folder / "out" / "gradebook.csv").read_text("utf-8").splitlines()[1:]
    right = sum(row.split(",")[3] == "100" for row in rows)
    assert right == sources(count).count(SOLUTION), rows
    return cost_of("cnngrade", count, total, right)


def run_pytest(folder: Path, works: list[str]) -> Cost:
    made = folder / "pytest"
    for number, text in enumerate(works):
        place = made / f"s{number}"
        place.mkdir(parents=True)
        (place / "blocks.py").write_text(text)
        (place / "test_blocks.py").write_text(PYTEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_blocks.py"]
    codes: list[int] = []

    def work() -> None:
        for place in sorted(made.iterdir()):
            done = subprocess.run(command, cwd=place, env=environment(), capture_output=True, check=False)
            codes.append(done.returncode)

    return cost_of("pytest", len(works), spent(work), codes.count(0))


def run_notebooks(folder: Path, works: list[str], python: str) -> list[Cost]:
    checks = {
        name: [line.strip() for line in f"import torch; {body.replace('blocks.', '')}".split("; ")]
        for name, body in CHECKS.items()
    }
    return [
        cost_of(grader.name, len(works), spent(grader.grade), grader.passed())
        for grader in installed(python, folder, [[text] for text in works], checks, {})
    ]


if __name__ == "__main__":
    sys.exit(main())
