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
    """20,000 rows; the sum of the first one is 0 but for rounding."""
    x = torch.randn(20_000, 4, generator=torch.Generator().manual_seed(1))
    x[0] = torch.tensor([1.0, -0.5, 0.25, -0.75])
    return x


def same(function: Callable[[Tensor], Tensor], x: Tensor) -> None:
    same_net(Answering(function), Answering(relu_of_sums), "models.py:Net", x)  # type: ignore[arg-type]


def test_a_unit_on_its_kink_may_go_either_way() -> None:
    """A net that differs from ours only where a ReLU is decided by rounding is right."""
    x = on_a_kink()
    other = relu_of_sums(x) + 0  # the same function, but its derivative at 0 is 1

    def decides_otherwise(x: Tensor) -> Tensor:
        total = x.sum(dim=1)
        return torch.where(total >= -1e-7, total, torch.zeros_like(total))

    assert torch.allclose(decides_otherwise(x), other)
    same(decides_otherwise, x)


def test_a_gradient_that_is_wrong_away_from_kinks_is_wrong() -> None:
    """A net whose gradient is off for one row only, far from any kink, is wrong, and the message says where."""

    def one_row_detached(x: Tensor) -> Tensor:
        total = x.sum(dim=1)
        row = int(total.argmax())
        return torch.relu(torch.cat([total[:row], total[row : row + 1].detach(), total[row + 1 :]]))

    x = on_a_kink()
    with pytest.raises(Wrong, match="gradient with respect to the input: 4 of 80000 values differ"):
        same(one_row_detached, x)


def test_a_net_that_is_far_off_is_wrong() -> None:
    """A net without gradients on a tenth of the rows is wrong, kinks or not."""
    with pytest.raises(Wrong, match="gradient"):
        same(lambda x: torch.relu(torch.cat([x[:2000].detach(), x[2000:]]).sum(dim=1)), on_a_kink())
