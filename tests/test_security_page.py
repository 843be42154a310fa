"""SECURITY.md promises nothing that is not tested; and the tests of what it promises that belong nowhere else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from cnngrade.course.assignment import DataChoice, Limits, Training
from cnngrade.datasets import find
from cnngrade.errors import UserError
from cnngrade.judge.accuracy import Contest, TrainedNet
from cnngrade.judge.draws import Draws
from cnngrade.judge.failures import Failure
from cnngrade.judge.session import Ask, Session
from cnngrade.records.json import to_json
from cnngrade.records.report import Verdict
from cnngrade.sandbox import outside as isolation
from cnngrade.sandbox.outside.forked import trusted
from tests.support.judging import REPOSITORY, judge

PAGE = (REPOSITORY / "grader" / "SECURITY.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.M | re.S))
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in SECTIONS["Covered"].splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| what is covered", "| **"))
]
LEVELS = ["sandbox", "flat-sandbox", "landlock", "process"]


def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}


def test_every_line_names_its_test() -> None:
    """Each line of the table of what is covered names one test in its second column."""
    assert len(ROWS) > 30
    assert [row for row in ROWS if len(row) != 2 or not re.fullmatch(r"`tests/test_\w+\.py::test_\w+`", row[1])] == []


def test_every_test_that_is_named_exists() -> None:
    """Every test that the page names, anywhere, is in the file that it names."""
    named = set(re.findall(r"(tests/test_\w+\.py)::(\w+)", PAGE))
    assert {f"{file}::{name}" for file, name in named if name not in names_in(REPOSITORY / file)} == set()


def test_the_page_counts_the_samples() -> None:
    """The number of hostile samples that the page gives is the number that there are."""
    samples = [path for path in (REPOSITORY / "tests/samples/week2/hostile").glob("*/*") if path.is_dir()]
    assert f"\n| {len(samples)} submissions that" in PAGE


def test_the_levels_are_those_there_are() -> None:
    """The table by level has a column for each kind of isolation, strongest first."""
    head = next(line for line in SECTIONS["By level"].splitlines() if line.startswith("| |"))
    assert (
        [name.strip() for name in head.strip("| ").split("|")] == LEVELS == [name for name, _, _ in isolation.levels()]
    )


# --- promises of the page ---------------------------------------------------------------------------------------------


def test_grading_in_the_open_has_to_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing isolates files "auto" is refused with the reasons; what works is taken, the strongest first."""
    lacks = {"sandbox": "no bwrap", "flat-sandbox": "no bwrap", "landlock": ""}
    monkeypatch.setattr(isolation, "_CONFINING", {kind: lambda kind=kind: lacks[kind] for kind in lacks})
    assert isolation.strongest("auto") == "landlock"
    with pytest.raises(UserError, match="sandbox: no bwrap"):
        isolation.strongest("sandbox")
    lacks["landlock"] = "old kernel"
    with pytest.raises(UserError, match="landlock: old kernel"):
        isolation.strongest("auto")
    assert isolation.strongest("none") == "none"


def test_what_goes_inside_for_training() -> None:
    """Training gets no test image, and labels under names of classes that change with a secret seed."""
    arrays = find("digits", None)
    assert arrays is not None
    choice = DataChoice("digits", 0.9, 1, 32, "")
    renamed = set()
    for seed in range(5):
        contest = Contest(arrays, choice, Training(("a.py:Net",), None, None, None), Draws(b"%d" % seed), figures={})
        data = contest.training_data(TrainedNet("a.py:Net"), 0)
        for value in data.values():
            assert not (isinstance(value, torch.Tensor) and len(value) == len(arrays.test_labels))
        assert torch.equal(data["images"], torch.from_numpy(arrays.train_images))
        pairs = set(zip(arrays.train_labels.tolist(), data["labels"].tolist(), strict=True))
        assert len(pairs) == len({old for old, _ in pairs}) == len({new for _, new in pairs}) == 10
        renamed.add(frozenset(pairs))
    assert len(renamed) == 5
    seen = {image.tobytes() for image in arrays.train_images}
    assert np.mean([image.tobytes() in seen for image in arrays.test_images]) < 0.01


def test_an_answer_ahead_of_its_question_is_a_crash() -> None:
    """An answer sent before its question is asked, with a number that has to be guessed, is no answer."""
    ahead = b"""
import gc
from cnngrade.sandbox.inside import wire
def run():
    channel = next(thing for thing in gc.get_objects() if isinstance(thing, wire.Channel))
    channel.send(wire.encode_reply(wire.Returned("forged", 1)))
    return 1
"""
    limits = Limits(seconds=10, memory_mb=1000, output_kb=1)
    with trusted() as process, Session(process, {"a.py": ahead}, ["a.py"], "", limits) as session:
        with pytest.raises(Failure, match="nobody had asked for") as failure:
            session.ask(Ask("call", ["a.py:run"], {}, seed=0, seconds=10))
        assert failure.value.verdict is Verdict.CRASH


@pytest.mark.slow
def test_what_is_printed_is_in_no_report() -> None:
    """Output and warnings of a submission are in no part of its report, whether it passes or fails."""
    printing = (
        b"import sys\nprint('LEAK')\ndef count_parameters(model):\n    print('LEAK', file=sys.stderr)\n    return 0\n"
    )
    (report,) = judge({"ada": {"training.py": printing}}, tasks=("count-parameters",)).values()
    assert report.tasks[0].verdict is Verdict.WRONG
    assert "LEAK" not in to_json(report)
