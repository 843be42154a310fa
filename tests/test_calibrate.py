from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from cnngrade.cli import main as cli
from cnngrade.course import find_course
from cnngrade.course.course_file import with_values
from cnngrade.course.mistakes import apply
from cnngrade.course.recipes import read_recipes
from cnngrade.services.calibrate import chance_of_missing
from tests.support.courses import write_course
from tests.support.week2_course import environment

REPOSITORY = Path(__file__).resolve().parents[1]

ASSIGNMENT = """\
schema = 1
title = "Two tasks that train"  # in no time
files = ["net.py"]

[limits]
seconds = 20
memory_mb = 2000
output_kb = 64

[[task]]
id = "reading"
title = "A net that reads"
points = 50
symbols = ["net.py:train"]
training = { net = "net.py:Linear", by = "net.py:train" }

[[task.data]]
name = "digits"  # on every machine
threshold = 0.30
epochs = 2
batch_size = 32
provenance = "guessed"

# Both have to learn.
[[task]]
id = "comparing"
title = "Two nets that read"
points = 50
symbols = ["net.py:Linear", "net.py:Deep"]
training = { nets = ["net.py:Linear", "net.py:Deep"], permute = "net.py:permute" }

[[task.data]]
name = "mnist"
threshold = 0.99
epochs = 1
batch_size = 32
provenance = "nobody has it here"

[[task.data]]
name = "digits"
threshold = 0.11
epochs = 1
batch_size = 32
provenance = '''
guessed, on
two lines'''
"""

REFERENCE = """\
import torch
from torch import nn


class Linear(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(784, 10))


class Deep(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10))


def permute(images, permutation):
    return images.flatten(-2)[..., permutation].reshape(images.shape)


def train(loader, epochs, device):
    model = Linear().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    for _ in range(epochs):
        for x, y in loader:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
    return model


RATE = 1e-3
"""

TRAIN = REFERENCE[REFERENCE.index("def train") : REFERENCE.index("\n\nRATE")]
SLOWER = (
    '"""Trains slowly."""\nimport torch\nfrom torch import nn\nTASK = "reading"\nFILE = "net.py"\n\n'
    + TRAIN.replace("RATE", "3e-5")
)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one week that trains in no time, on a machine that has the digits alone."""
    monkeypatch.delenv("CNNGRADE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "no-cache"))
    monkeypatch.setenv("COLUMNS", "80")
    root = write_course(tmp_path / "course", assignment=ASSIGNMENT, questions=None)
    (root / "solutions" / "week1" / "net.py").write_text(REFERENCE)
    recipes = root / "assignments" / "week1" / "recipes"
    recipes.mkdir()
    (recipes / "slow-rate.py").write_text(SLOWER)
    return root


def stated(root: Path) -> str:
    return (root / "assignments" / "week1" / "assignment.toml").read_text()


def calibrate(root: Path, *arguments: str) -> int:
    return cli.run(["calibrate", "week1", "--course", str(root), "--device", "cpu", *arguments])


# --- the chance of a miss ---------------------------------------------------------------------------------------------


def test_the_chance_is_that_of_runs_to_come() -> None:
    """What is said of the next run, and of the next two, is what happens when all of them are drawn from one distribution."""
    drawn = np.random.default_rng(0).standard_normal((400_000, 7))
    known, next_two = drawn[:, :5], drawn[:, 5:]
    line = known.mean(1) - 2.5 * known.std(1, ddof=1)
    below = next_two < line[:, None]
    pattern = np.array([-1.0, 0, 0, 0, 1])
    accuracies = list(pattern / pattern.std(ddof=1))
    assert chance_of_missing(accuracies, -2.5) == pytest.approx(below[:, 0].mean(), rel=0.03)
    assert chance_of_missing(accuracies, -2.5, attempts=2) == pytest.approx(below.all(1).mean(), rel=0.06)


@pytest.mark.parametrize("runs", [2, 3, 12, 200])
def test_two_attempts_are_no_two_draws(runs: int) -> None:
    """Two attempts miss less often than one, but more often than its square: they share what is not known."""
    accuracies = [0.9 + 0.01 * math.sin(k) for k in range(runs)]
    one, both = (chance_of_missing(accuracies, 0.87, attempts) for attempts in (1, 2))
    assert one**2 < both < one


def test_runs_that_agree_are_not_certain() -> None:
    """Equal accuracies differ by less than an image, and that much is allowed for."""
    assert 1e-12 < chance_of_missing([0.9] * 5, 0.89, resolution=0.01) < 0.1
    assert chance_of_missing([0.9] * 5, 0.95, resolution=0.01) > 0.99


# --- recipes ----------------------------------------------------------------------------------------------------------


def test_the_recipes_of_the_course_apply() -> None:
    """Each recipe of each week changes the training of an accuracy task, into Python that compiles."""
    course = find_course(REPOSITORY, REPOSITORY)
    for week in map(course.week, course.weeks):
        recipes, problems = read_recipes(week.folder / "recipes", [task.id for task in week.tasks if task.training])
        assert not problems
        for recipe in recipes:
            assert week.solution is not None
            reference = {name: (week.solution / name).read_bytes() for name in week.files}
            changed = apply(recipe, reference)[recipe.file]
            assert changed != reference[recipe.file]
            compile(changed, recipe.file, "exec")


def test_a_wrong_recipe_is_told(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A recipe for a task that trains nothing is an error of the course's files."""
    recipe = course / "assignments" / "week1" / "recipes" / "slow-rate.py"
    recipe.write_text(SLOWER.replace('"reading"', '"raeding"'))
    assert calibrate(course) == 2
    assert "slow-rate.py: TASK is 'raeding', which trains nothing in this week" in capsys.readouterr().err


# --- the command ------------------------------------------------------------------------------------------------------


def test_every_budget_is_measured_and_written(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row for each recipe and each net, in 80 columns; --write changes the provenances, and not a character else."""
    assert calibrate(course, "--runs", "3", "--workers", "2", "--write") == 1  # three runs make a heavy tail
    out, err = capsys.readouterr()
    assert max(map(len, out.splitlines())) <= 80
    for row in ("reference ", "slow-rate ", "Linear ", "Linear, permuted ", "Deep ", "Deep, permuted "):
        assert sum(line.startswith(row) for line in out.splitlines()) == 1, row
    assert "left out: comparing on mnist" in err
    assert sum(line.startswith(("1/18 ", "18/18 ")) for line in err.splitlines()) == 2
    document, before = tomllib.loads(stated(course)), tomllib.loads(ASSIGNMENT)
    written = [document["task"][0]["data"][0], document["task"][1]["data"][1]]
    assert written[0]["provenance"].startswith("3 runs of the reference on cpu: mean ")
    assert "; 3 of slow-rate, the recipe that misses most: mean " in written[0]["provenance"]
    assert "Deep, permuted mean " in written[1]["provenance"]
    restored = {
        ("task", 0, "data", 0, "provenance"): before["task"][0]["data"][0]["provenance"],
        ("task", 1, "data", 1, "provenance"): before["task"][1]["data"][1]["provenance"],
    }
    assert with_values(stated(course), restored) == ASSIGNMENT.replace(
        "'''\nguessed, on\ntwo lines'''", '"guessed, on\\ntwo lines"'
    )


def test_json_says_what_was_measured(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json prints every accuracy, the chances, and the threshold that was asked for; one seed gives one accuracy."""
    for _ in range(2):
        calibrate(course, "--runs", "2", "--task", "reading", "--set", "digits", "--json", "--threshold-for", "0.4")
    text = capsys.readouterr().out
    first, end = json.JSONDecoder().raw_decode(text)
    second = json.loads(text[end:])
    (task,) = first["tasks"]
    assert [recipe["recipe"] for recipe in task["recipes"]] == ["reference", "slow-rate"]
    assert task["chance_one"] == max(recipe["chance_one"] for recipe in task["recipes"])
    assert 0 < task["threshold_for"] < min(recipe["mean"] for recipe in task["recipes"])
    accuracies = [[recipe["accuracies"] for recipe in each["tasks"][0]["recipes"]] for each in (first, second)]
    assert accuracies[0] == accuracies[1]
    assert stated(course) == ASSIGNMENT


def test_a_threshold_is_written_on_demand(course: Path) -> None:
    """With --threshold-for, --write replaces the threshold too, and what it says is then held to be right."""
    (course / "assignments" / "week1" / "recipes" / "slow-rate.py").unlink()
    assert calibrate(course, "--runs", "8", "--task", "reading", "--threshold-for", "0.0009", "--write") == 0
    changed = tomllib.loads(stated(course))["task"][0]["data"][0]
    assert 0.30 < changed["threshold"] < 0.97
    assert changed["provenance"].startswith("8 runs of the reference on cpu: mean ")
    assert tomllib.loads(stated(course))["task"][1] == tomllib.loads(ASSIGNMENT)["task"][1]


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_what_was_measured_survives_ctrl_c(course: Path, tmp_path: Path) -> None:
    """Stopped in the middle, it shows the runs that are finished, writes nothing, and leaves no process behind."""
    command = [sys.executable, "-m", "cnngrade", "calibrate", "week1", "--course", str(course), "--write"]
    process = subprocess.Popen(
        [*command, "--runs", "5000", "--workers", "1", "--task", "reading"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path), start_new_session=True,
    )  # fmt: skip
    assert process.stderr is not None
    lines = [process.stderr.readline() for _ in range(6)]
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == cli.INTERRUPTED
    assert lines[0].startswith("1/10000 reading on digits, reference, seed 0: ")
    assert "Chance of a miss: " in out
    assert err.endswith("nothing was written: not all runs were made\ncnngrade: stopped\n")
    assert stated(course) == ASSIGNMENT


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--task", "shape"), "'shape' is no accuracy task of week1. Known: reading, comparing"),
        (("--task", "reading", "--set", "mnist"), "no task is judged on 'mnist'. Known: digits"),
        (("--task", "comparing", "--set", "mnist"), "nothing of week1 can be calibrated here"),
    ],
)
def test_what_cannot_be_measured_is_told(
    course: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    """A task or a data set that is not there is an error of one line."""
    assert calibrate(course, *arguments) == 2
    assert message in capsys.readouterr().err


def test_two_runs_give_no_threshold(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two runs say too little for any threshold: that is told, and nothing is written."""
    assert calibrate(course, "--runs", "2", "--task", "reading", "--threshold-for", "1e-6", "--write") == 2
    assert "No threshold is missed with a chance of at most 1e-06: make more runs." in capsys.readouterr().out
    assert stated(course) == ASSIGNMENT


# --- values replaced in place -----------------------------------------------------------------------------------------

TOML = """\
# a comment
a = "x" # behind
[[b]]
c  =  [ 1,
  2 ]   # lists
d = { e = 'f', g = 0.5 }
h = '''
long''' # more
"""


def test_values_are_replaced_in_place() -> None:
    """Only the values change: comments, spaces and the order stay, whatever kind of value it is and was."""
    changes = {("a",): 'a "y"\\', ("b", 0, "d", "g"): 0.25, ("b", 0, "h"): "短", ("b", 0, "d", "e"): "# no comment"}
    expected = TOML.replace('"x"', '"a \\"y\\"\\\\"').replace("0.5", "0.25").replace("'''\nlong'''", '"短"')
    assert with_values(TOML, changes) == expected.replace("'f'", '"# no comment"')
    assert with_values(TOML.replace("\n", "\r\n"), {("a",): "y"}) == TOML.replace("\n", "\r\n").replace('"x"', '"y"')


def test_a_value_that_is_not_there_is_not_made_up() -> None:
    """A place without a value is an error."""
    with pytest.raises(KeyError):
        with_values(TOML, {("b", 0, "z"): 1.0})
