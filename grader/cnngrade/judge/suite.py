"""What a week's suites import: `task`, `same` and friends. A suite is an ordinary pytest file:

    @task("count-parameters")
    def test_frozen_parameters_do_not_count(inside, reference):
        '''`count_parameters` leaves out parameters that are not trained.'''
        same(inside.count_frozen(), 17)

A test's docstring is its claim, and what the student reads. Fixtures: `inside` (every line with it runs beside the student's
code), `reference` (the same probes on our solution; hidden suites only), `contest` (an accuracy task's data and
threshold), `readings` (trusted readings of trained parameters), `figures` (what the report shows), `device`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from cnngrade.judge import elementary
from cnngrade.judge.accuracy import Contest, Entry, first_fitting
from cnngrade.judge.compare import of_type, same, show, tensor
from cnngrade.judge.failures import NotGraded, Wrong
from cnngrade.judge.sides import Side

__all__ = [
    "Contest",
    "NotGraded",
    "Side",
    "Wrong",
    "elementary_operations",
    "expect",
    "first_fitting",
    "images",
    "is_elementary",
    "of_type",
    "reaches_threshold",
    "reaches_threshold_publicly",
    "same",
    "same_gradient",
    "same_net",
    "same_structure",
    "show",
    "task",
    "tensor",
]


_GRADIENT = "the gradient with respect to the input"


def task(name: str) -> Any:
    """Marks a test as one of the task's; all of a task's tests have to pass for its points."""
    return pytest.mark.task(name)


def expect(condition: bool, message: str) -> None:
    """Raises `Wrong` with `message` unless `condition` holds; `message` says what was expected and what came."""
    if not condition:
        raise Wrong(message)


def elementary_operations(suite: str) -> elementary.Elementary:
    """The list in the week's `elementary.toml`, for a suite that gives its `__file__`."""
    return elementary.read_list(Path(suite).resolve().parents[1] / "elementary.toml")


def is_elementary(inside: Side, symbol: str, allowed: elementary.Elementary) -> None:
    """All that the symbol's code reaches is on the list, by the source: it is read outside, and nothing of it is run.

    What only might be a way around the list becomes a remark on the page of the class.
    """
    reading = inside.read(symbol, allowed)
    if reading.findings:
        raise Wrong(elementary.told(reading, allowed.instead))


def same_net(
    inside: Side,
    reference: Side,
    symbol: str,
    x: Tensor,
    arguments: dict[str, Any] | list[Any] | None = None,
    training: bool = False,
    calls: int = 1,
    *,
    ask: str = "forward",
    by_length: bool = False,
) -> None:
    """The student's net and ours, with equal weights, give equal outputs and input gradients for `x`.

    `ask` names the probe; `by_length` compares gradients as `same_gradient` does, which deep nets need.
    """
    question = (symbol, x, arguments or {}, training, calls)
    got, expected = getattr(inside, ask)(*question), getattr(reference, ask)(*question)
    same(got["output"], expected["output"], "the output")
    gradients = got["input_gradient"], expected["input_gradient"]
    same_gradient(*gradients) if by_length else same(*gradients, _GRADIENT)
    same(got["without_gradient"], 0, "the number of parameters that get no gradient")


def same_gradient(got: Any, expected: Tensor) -> None:
    """Input gradients agree but for 2 % of their length.

    Not number by number: among millions of units some maximum or ReLU is decided by rounding, and the gradient jumps there.
    """
    distance = tensor(got, tuple(expected.shape), _GRADIENT).double() - expected.double()
    off = float(distance.norm() / expected.norm())
    expect(off < 0.02, f"{_GRADIENT}: differs from the expected one by {off:.1%} of its length")


def same_structure(
    inside: Side,
    reference: Side,
    symbol: str,
    sample: Tensor,
    arguments: dict[str, Any] | list[Any] | None = None,
    *,
    ask: str = "structure",
) -> None:
    """The student's net has as many trainable parameters as ours, in tensors of the same sizes.

    Biases of convolutions in front of a batch norm are not counted: they are the student's choice. `ask` names the probe.
    """
    question = (symbol, sample, arguments or {})
    got, expected = getattr(inside, ask)(*question), getattr(reference, ask)(*question)
    same(got["parameters"], expected["parameters"], "the number of trainable parameters")
    same(got["sizes"], expected["sizes"], "the parameters' sizes (rows, the rest), sorted")


def reaches_threshold(inside: Side, contest: Contest, readings: Any, figures: dict[str, Any]) -> None:
    """The task's nets, trained inside, classify held-back images well enough: their parameters come out and are read here."""

    def attempt(entry: Entry, seed: int) -> Iterable[Tensor]:
        run = inside.trained(contest.training_data(entry, seed))
        if contest.is_single:
            figures["losses"] = run["losses"]
        return first_fitting(readings(entry.net, run["parameters"], contest.test_images(entry), *contest.normalization))

    contest.reach(attempt)


def reaches_threshold_publicly(inside: Side, contest: Contest, figures: dict[str, Any]) -> None:
    """The same where nothing is hidden: the trained nets themselves classify images that training has not seen."""

    def attempt(entry: Entry, seed: int) -> Iterable[Tensor]:
        run = inside.trained_answers(contest.training_data(entry, seed, rename=False), contest.test_images(entry))
        if contest.is_single:
            figures["losses"] = run["losses"]
        return [tensor(run["answers"], (None,))]

    contest.reach(attempt, rename=False)


def images(*shape: int, seed: int = 0) -> Tensor:
    """Normally distributed float32 tensors of `shape`, the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
