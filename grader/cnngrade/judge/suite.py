"""What the suites of a week import: `task`, `same` and others. A suite is an ordinary pytest file:

@task("count-parameters")
def test_frozen_parameters_do_not_count(inside, reference):
    '''`count_parameters` leaves out parameters that are not trained.'''
    same(inside.count_frozen(), 17)

A test's docstring is its claim, which the student reads. Fixtures: `inside` (every line with it runs beside the
student's code), `reference` (the same probes on our solution, in hidden suites only), `contest` (an accuracy task's
data and threshold), `readings` (trusted readings of trained parameters), `figures` (what the report shows), `device`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from cnngrade.judge.accuracy import Contest, TrainedNet, first_fitting
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
_BRIGHTNESS = 1009  # a seed that no suite uses


def task(name: str) -> Any:
    """Marks a test as part of a task. A task earns its points only if all its tests pass."""
    return pytest.mark.task(name)


def expect(condition: bool, message: str) -> None:
    """Raises `Wrong` with `message` unless `condition` holds. `message` says what was expected and what came."""
    if not condition:
        raise Wrong(message)


def elementary_operations(suite: str) -> elementary.Elementary:
    """Returns the list in the week's `elementary.toml`. The suite passes its `__file__`."""
    return elementary.read_list(Path(suite).resolve().parents[1] / "elementary.toml")


def is_elementary(inside: Side, symbol: str, allowed: elementary.Elementary) -> None:
    """Raises `Wrong` if the symbol's code uses anything that is not on the list.

    The source is read outside, and none of it is run. Code that only might bypass the list leads to a remark on the
    page of the class.
    """
    reading = inside.read(symbol, allowed)
    if reading.findings:
        raise Wrong(elementary.told(reading, allowed.instead))


class GradientDiffers(Wrong):
    """A gradient is not the expected one. At a kink this can happen to correct code too, and `off_kinks` handles it."""


def off_kinks(x: Tensor, compare: Callable[[Tensor], None]) -> None:
    """Calls `compare` with `x`. If the gradients differ, it tries up to three inputs mixed from `x` and its mirror image.

    Two correct nets add numbers in different orders. Where rounding decides whether a ReLU is open, or which of two
    values is the larger in a max-pool, their gradients differ, and no tolerance fits all nets. In the worst nets this
    happens for about one input in a hundred. So it happens for all four inputs with a probability below 1e-6.
    """
    for axis in (-1, -2, -1):
        try:
            compare(x)
            return
        except GradientDiffers:
            x = _mixed(x, axis)
    compare(x)


def _mixed(x: Tensor, axis: int) -> Tensor:
    """Returns `x` mixed with its mirror image along the axis and across the channels, with the brightness of `x`.

    The mirror image alone is not enough: where a batch norm, a 1x1 convolution or maps of one pixel stand in front of a
    ReLU, the ReLU gets the same numbers in other places.
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
    """Raises `Wrong` unless the student's net and ours give equal outputs and input gradients for `x`.

    Both have equal weights. `ask` names the probe. `by_length` compares gradients as `same_gradient` does, which deep
    nets need.
    """

    def compare(x: Tensor) -> None:
        question = (symbol, x, arguments or {}, training, calls)
        got, expected = (getattr(side, ask)(*question) for side in (inside, reference))
        same(got["output"], expected["output"], "the output")
        (same_gradient if by_length else _same_number_by_number)(got["input_gradient"], expected["input_gradient"])
        same(got["without_gradient"], 0, "the number of parameters that get no gradient")

    off_kinks(x, compare)


def same_gradient(got: Any, expected: Tensor) -> None:
    """Raises `GradientDiffers` unless input gradients agree within 2 % of their length.

    They are not compared number by number: among millions of units, rounding decides some maximum or ReLU, and the
    gradient jumps there.
    """
    distance = tensor(got, tuple(expected.shape), _GRADIENT).double() - expected.double()
    off, length = float(distance.norm()), float(expected.double().norm())
    if not off <= 0.02 * length:  # both are 0 where the drawn input leaves a small block dead
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
    """Raises `Wrong` unless the student's net has trainable parameters of our sizes and with gradients of our lengths.

    Sizes alone could be stated without a net, but the lengths of the gradients for `sample` have to be computed. Biases
    of convolutions in front of a batch norm are left out: they are the student's choice. `ask` names the probe.
    """
    # Gradients of different samples have nearly the same length, unless the samples differ in brightness.
    sample = sample * 2 ** rng(_BRIGHTNESS).uniform(-2, 2)

    def compare(sample: Tensor) -> None:
        question = (symbol, sample, arguments or {})
        got, expected = (getattr(side, ask)(*question) for side in (inside, reference))
        same(got["parameters"], expected["parameters"], "the number of trainable parameters")
        same(got["sizes"], expected["sizes"], "the parameters' sizes (rows, the rest), sorted")
        same_lengths(got["lengths"], expected["lengths"])

    off_kinks(sample, compare)


def same_lengths(got: Any, expected: Tensor) -> None:
    """Raises `GradientDiffers` unless the lengths of the parameters' gradients agree with ours within 2 %."""
    try:
        same(got, expected, "the lengths of the parameters' gradients, in that order", rtol=0.02, atol=0.001)
    except Wrong as wrong:
        raise GradientDiffers(str(wrong)) from None


def reaches_threshold(inside: Side, contest: Contest, readings: Any, figures: dict[str, Any]) -> None:
    """Raises `Wrong` unless the task's nets, trained inside, reach the threshold on held-back images.

    The trained parameters come out, and trusted code reads them here.
    """

    def attempt(entry: TrainedNet, number: int) -> Iterable[Tensor]:
        run = inside.trained(contest.training_data(entry, number))
        if contest.is_single:
            figures["losses"] = run["losses"]
        return first_fitting(readings(entry.net, run["parameters"], contest.test_images(entry), *contest.normalization))

    contest.reach(attempt)


def reaches_threshold_publicly(inside: Side, contest: Contest, figures: dict[str, Any]) -> None:
    """Raises `Wrong` unless the task's nets reach the threshold in the public suite, where nothing is hidden.

    The trained nets themselves classify images that training has not seen.
    """

    def attempt(entry: TrainedNet, number: int) -> Iterable[Tensor]:
        run = inside.trained_answers(contest.training_data(entry, number, rename=False), contest.test_images(entry))
        if contest.is_single:
            figures["losses"] = run["losses"]
        return [tensor(run["answers"], (None,))]

    contest.reach(attempt, rename=False)
