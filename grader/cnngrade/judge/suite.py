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

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import torch
from torch import Tensor

from cnngrade.judge.accuracy import Contest, Entry, first_fitting
from cnngrade.judge.compare import ATOL, RTOL, of_type, same, tensor
from cnngrade.judge.draws import drawn_once, generator, images, integers, order, pixels, rng
from cnngrade.judge.failures import NotGraded, Wrong
from cnngrade.judge.sides import Side
from cnngrade.judge.values import show

__all__ = [
    "Contest",
    "NotGraded",
    "Side",
    "Wrong",
    "drawn_once",
    "expect",
    "first_fitting",
    "generator",
    "images",
    "integers",
    "of_type",
    "order",
    "pixels",
    "reaches_threshold",
    "reaches_threshold_publicly",
    "rng",
    "same",
    "same_gradient",
    "same_net",
    "same_structure",
    "show",
    "task",
    "tensor",
]


_GRADIENT = "the gradient with respect to the input"
_MOVES, _MOVE = 6, 3e-6  # of an input, to find kinks: ten times what another order of sums makes of it


def task(name: str) -> Any:
    """Marks a test as one of the task's; all of a task's tests have to pass for its points."""
    return pytest.mark.task(name)


def expect(condition: bool, message: str) -> None:
    """Raises `Wrong` with `message` unless `condition` holds; `message` says what was expected and what came."""
    if not condition:
        raise Wrong(message)


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

    def answer(side: Side, x: Tensor) -> Any:
        return getattr(side, ask)(symbol, x, arguments or {}, training, calls)

    got, expected = answer(inside, x), answer(reference, x)
    same(got["output"], expected["output"], "the output")
    gradients = got["input_gradient"], expected["input_gradient"]
    if by_length:
        same_gradient(*gradients)
    else:
        _same_but_for_kinks(*gradients, lambda noise: answer(reference, x * (1 + noise))["input_gradient"])
    same(got["without_gradient"], 0, "the number of parameters that get no gradient")


def _same_but_for_kinks(got: Any, expected: Tensor, moved_by: Callable[[Tensor], Tensor]) -> None:
    """Input gradients agree number by number, but where the reference's own jumps when the input moves by a millionth part.

    There a ReLU or a maximum is decided by rounding, which two correct nets may do differently. `moved_by(noise)` is the
    reference's gradient for the input, moved by that share of it.
    """
    try:
        same(got, expected, _GRADIENT)
    except Wrong as wrong:
        with contextlib.suppress(Wrong):
            same_gradient(got, expected)  # more than that is no kink
            smooth = torch.ones_like(expected, dtype=torch.bool)
            for seed in range(_MOVES):
                noise = torch.randn(expected.shape, generator=torch.Generator().manual_seed(seed)) * _MOVE
                smooth &= torch.isclose(moved_by(noise), expected, RTOL, ATOL * float(expected.abs().max()))
            same(torch.where(smooth, got, expected), expected, _GRADIENT)
            return
        raise wrong from None


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
    """The student's net has as many trainable parameters as ours, of the same sizes, whose gradients are as long.

    The sizes alone could be stated without a net; how long the gradients are that `sample` gives has to be computed. Biases
    of convolutions in front of a batch norm are left out: they are the student's choice. `ask` names the probe.
    """
    question = (symbol, sample, arguments or {})
    got, expected = getattr(inside, ask)(*question), getattr(reference, ask)(*question)
    same(got["parameters"], expected["parameters"], "the number of trainable parameters")
    same(got["sizes"], expected["sizes"], "the parameters' sizes (rows, the rest), sorted")
    what = "the lengths of the parameters' gradients, in that order"
    same(got["lengths"], expected["lengths"], what, rtol=0.02, atol=0.001)


def reaches_threshold(inside: Side, contest: Contest, readings: Any, figures: dict[str, Any]) -> None:
    """The task's nets, trained inside, classify held-back images well enough: their parameters come out and are read here."""

    def attempt(entry: Entry, number: int) -> Iterable[Tensor]:
        run = inside.trained(contest.training_data(entry, number))
        if contest.is_single:
            figures["losses"] = run["losses"]
        return first_fitting(readings(entry.net, run["parameters"], contest.test_images(entry), *contest.normalization))

    contest.reach(attempt)


def reaches_threshold_publicly(inside: Side, contest: Contest, figures: dict[str, Any]) -> None:
    """The same where nothing is hidden: the trained nets themselves classify images that training has not seen."""

    def attempt(entry: Entry, number: int) -> Iterable[Tensor]:
        run = inside.trained_answers(contest.training_data(entry, number, rename=False), contest.test_images(entry))
        if contest.is_single:
            figures["losses"] = run["losses"]
        return [tensor(run["answers"], (None,))]

    contest.reach(attempt, rename=False)
