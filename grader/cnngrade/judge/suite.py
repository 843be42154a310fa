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

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from cnngrade.judge.accuracy import Contest, Entry, first_fitting
from cnngrade.judge.compare import of_type, same, tensor
from cnngrade.judge.draws import drawn_once, generator, images, integers, order, pixels, rng
from cnngrade.judge.failures import NotGraded, Wrong
from cnngrade.judge.sides import Side
from cnngrade.judge.values import show
from cnngrade.reading import elementary

__all__ = [
    "Contest",
    "NotGraded",
    "Side",
    "Wrong",
    "drawn_once",
    "elementary_operations",
    "expect",
    "first_fitting",
    "generator",
    "images",
    "integers",
    "is_elementary",
    "of_type",
    "off_kinks",
    "order",
    "pixels",
    "reaches_threshold",
    "reaches_threshold_publicly",
    "rng",
    "same",
    "same_gradient",
    "same_lengths",
    "same_net",
    "same_structure",
    "show",
    "task",
    "tensor",
]


_GRADIENT = "the gradient with respect to the input"
_BRIGHTNESS = 1009  # the seed of a draw of its own, which no suite uses


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


class GradientDiffers(Wrong):
    """A gradient is not the expected one, which at a kink is true of correct code too: `off_kinks` knows what to do."""


def off_kinks(x: Tensor, compare: Callable[[Tensor], None]) -> None:
    """Lets `compare` judge what `x` gives; where gradients differ, what `x` mixed with its mirror image gives, up to thrice.

    Two correct nets sum in unlike orders. Where that decides whether a ReLU is open, or which of two is the larger in a
    max-pool, their gradients differ, and no tolerance fits all nets. It happens for about one input in a hundred in the
    worst nets, and hence for all four inputs with a chance below 1e-6.
    """
    for axis in (-1, -2, -1):
        try:
            compare(x)
            return
        except GradientDiffers:
            x = _mixed(x, axis)
    compare(x)


def _mixed(x: Tensor, axis: int) -> Tensor:
    """`x` and its mirror image along the axis and across the channels, laid over each other; as bright as `x`.

    The mirror image alone will not do: where a batch norm, a 1x1 convolution or maps of one pixel stand in front of a ReLU,
    it meets the same numbers in other places.
    """
    return (x + 2 * x.flip(*{1, axis % x.dim()})) / 5**0.5


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

    def compare(x: Tensor) -> None:
        question = (symbol, x, arguments or {}, training, calls)
        got, expected = (getattr(side, ask)(*question) for side in (inside, reference))
        same(got["output"], expected["output"], "the output")
        (same_gradient if by_length else _same_number_by_number)(got["input_gradient"], expected["input_gradient"])
        same(got["without_gradient"], 0, "the number of parameters that get no gradient")

    off_kinks(x, compare)


def same_gradient(got: Any, expected: Tensor) -> None:
    """Input gradients agree but for 2 % of their length; raises `GradientDiffers` where they do not.

    Not number by number: among millions of units some maximum or ReLU is decided by rounding, and the gradient jumps there.
    """
    distance = tensor(got, tuple(expected.shape), _GRADIENT).double() - expected.double()
    off, length = float(distance.norm()), float(expected.double().norm())
    if not off <= 0.02 * length:  # of a small block that what was drawn leaves dead, both are 0
        raise GradientDiffers(
            f"{_GRADIENT}: differs from the expected one by {off / length:.1%} of its length"
            if length
            else f"{_GRADIENT}: expected zeros, got one of length {off:.3g}"
        )


def _same_number_by_number(got: Any, expected: Tensor) -> None:
    try:
        same(got, expected, _GRADIENT)
    except Wrong as wrong:
        raise GradientDiffers(str(wrong)) from None


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
    # Summed over many values, gradients of unlike samples are nearly as long; of samples of unlike brightness they are not.
    sample = sample * 2 ** rng(_BRIGHTNESS).uniform(-2, 2)

    def compare(sample: Tensor) -> None:
        question = (symbol, sample, arguments or {})
        got, expected = (getattr(side, ask)(*question) for side in (inside, reference))
        same(got["parameters"], expected["parameters"], "the number of trainable parameters")
        same(got["sizes"], expected["sizes"], "the parameters' sizes (rows, the rest), sorted")
        same_lengths(got["lengths"], expected["lengths"])

    off_kinks(sample, compare)


def same_lengths(got: Any, expected: Tensor) -> None:
    """The parameters' gradients are as long as ours but for 2 %; raises `GradientDiffers` where they are not."""
    try:
        same(got, expected, "the lengths of the parameters' gradients, in that order", rtol=0.02, atol=0.001)
    except Wrong as wrong:
        raise GradientDiffers(str(wrong)) from None


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
