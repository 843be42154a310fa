"""What suites import: how nets are compared."""

import pytest
import torch
from torch import Tensor

from cnngrade.judge.suite import GradientDiffers, Wrong, off_kinks, same_gradient


def test_a_gradient_that_differs_at_a_kink_is_judged_beside_it() -> None:
    """Where rounding decides the gradient for an input, that for the mirrored input decides about the net."""
    seen: list[Tensor] = []

    def compare(x: Tensor) -> None:
        seen.append(x)
        closed = torch.zeros_like(x) if len(seen) == 1 else x  # as one ReLU among few, open here and closed there
        same_gradient(closed, x)

    x = torch.arange(1.0, 9.0).reshape(1, 2, 2, 2)
    off_kinks(x, compare)
    assert torch.equal(torch.stack(seen), torch.stack([x, x.flip(-1)]))


def test_a_gradient_that_is_wrong_everywhere_is_wrong() -> None:
    """A gradient that differs for the input and for its mirror images costs the test, and nothing is asked after that."""
    asked = 0

    def compare(x: Tensor) -> None:
        nonlocal asked
        asked += 1
        same_gradient(0.9 * x, x)

    with pytest.raises(GradientDiffers, match=r"differs from the expected one by 10\.0% of its length"):
        off_kinks(torch.ones(1, 1, 2, 3), compare)
    assert asked == 3


def test_a_wrong_output_is_not_asked_again() -> None:
    """Only gradients jump at kinks: what else is wrong is wrong at once."""
    asked = 0

    def compare(_x: Tensor) -> None:
        nonlocal asked
        asked += 1
        raise Wrong("the output differs")

    with pytest.raises(Wrong, match="the output differs"):
        off_kinks(torch.ones(1, 1, 2, 3), compare)
    assert asked == 1
