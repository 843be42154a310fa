"""What suites import, on sides that answer in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from cnngrade.judge.failures import Wrong
from cnngrade.judge.suite import same_net


@dataclass
class Answering:
    """A side that answers `forward` by a function of the input."""

    function: Callable[[Tensor], Tensor]

    def forward(self, _symbol: str, x: Tensor, *_: Any) -> dict[str, Any]:
        x = x.clone().requires_grad_()
        output = self.function(x)
        torch.autograd.backward(output.sum())
        return {"output": output.detach(), "input_gradient": x.grad, "without_gradient": 0}


def relu_of_sums(x: Tensor) -> Tensor:
    return torch.relu(x.sum(dim=1))


def on_a_kink() -> Tensor:
    """Rows of four numbers; the sum of the first one is 0 but for rounding."""
    x = torch.randn(40, 4, generator=torch.Generator().manual_seed(1))
    x[0] = torch.tensor([1.0, -0.5, 0.25, -0.75])
    return x


def same(function: Callable[[Tensor], Tensor], x: Tensor) -> None:
    same_net(Answering(function), Answering(relu_of_sums), "models.py:Net", x)  # type: ignore[arg-type]


def test_a_unit_on_its_kink_may_go_either_way() -> None:
    """A net that differs from ours only where a ReLU is decided by rounding is right: other images tell."""
    asked = []

    def decides_otherwise(x: Tensor) -> Tensor:
        asked.append(x)
        total = x.sum(dim=1)
        return torch.where(total >= -1e-7, total, torch.zeros_like(total)) if len(asked) == 1 else torch.relu(total)

    same(decides_otherwise, on_a_kink())
    assert len(asked) == 2
    assert torch.allclose(asked[1], (asked[0] + 2 * asked[0].flip(-1)) / 5**0.5)


def test_a_unit_that_reads_one_number_may_go_either_way() -> None:
    """Where a ReLU meets single numbers, those that are asked next are others, not the same ones in other places."""
    x = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(2))
    x[0, 0, 0, 0] = 0.5

    def shifted_relu(x: Tensor) -> Tensor:
        return torch.relu(x - 0.5)

    def open_at_the_kink(x: Tensor) -> Tensor:
        return torch.where(x >= 0.5, x - 0.5, torch.zeros_like(x))

    same_net(Answering(open_at_the_kink), Answering(shifted_relu), "models.py:Net", x)  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", [0.0, 1e-3])
def test_a_dead_block_has_a_gradient_of_zeros(scale: float) -> None:
    """A net whose units all are closed is compared too: its gradient is 0, and every other one is wrong."""
    x = -1 - torch.rand(1, 4, 1, 1, generator=torch.Generator().manual_seed(3))

    def nearly_dead(x: Tensor) -> Tensor:
        return torch.relu(x) + scale * (x - x.detach())

    sides = Answering(nearly_dead), Answering(torch.relu)
    if scale:
        with pytest.raises(Wrong, match="expected zeros, got one of length"):
            same_net(*sides, "models.py:Net", x, by_length=True)  # type: ignore[arg-type]
    else:
        same_net(*sides, "models.py:Net", x, by_length=True)  # type: ignore[arg-type]


def test_a_gradient_that_is_wrong_away_from_kinks_is_wrong() -> None:
    """A net whose gradient is off for one row only is wrong, however the images are mirrored, and the message says where."""

    def one_row_detached(x: Tensor) -> Tensor:
        total = x.sum(dim=1)
        row = int(total.argmax())
        return torch.relu(torch.cat([total[:row], total[row : row + 1].detach(), total[row + 1 :]]))

    with pytest.raises(Wrong, match="gradient with respect to the input: 4 of 160 values differ"):
        same(one_row_detached, on_a_kink())


def test_another_output_is_told_at_once() -> None:
    """A net with other outputs is wrong without another question."""
    asked = []

    def doubled(x: Tensor) -> Tensor:
        asked.append(x)
        return 2 * relu_of_sums(x)

    with pytest.raises(Wrong, match="the output"):
        same(doubled, on_a_kink())
    assert len(asked) == 1
