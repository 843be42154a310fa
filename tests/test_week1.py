"""What is particular to week 1: its first gradient, whose answer everybody knows. All else is in test_weeks."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import Tensor

from tests.support.judging import REPOSITORY


def probes() -> ModuleType:
    spec = importlib.util.spec_from_file_location("week1_probes", REPOSITORY / "assignments/week1/probes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def out(x: Tensor) -> Tensor:
    return (3 * (x + 2) ** 2).mean()


def by_backward() -> Tensor:
    x = torch.ones(2, 2, requires_grad=True)
    torch.autograd.backward(out(x))
    assert x.grad is not None
    return x.grad


def by_its_own_start() -> Tensor:
    x = torch.ones(2, 2, requires_grad=True)
    torch.autograd.backward(3 * (x + 2) ** 2, torch.full((2, 2), 0.25))
    assert x.grad is not None
    return x.grad


WAYS: dict[str, Callable[[], Tensor]] = {
    "backward": by_backward,
    "backward-from-z": by_its_own_start,
    "grad": lambda: torch.autograd.grad(out(x := torch.ones(2, 2, requires_grad=True)), x)[0],
    "func-grad": lambda: torch.func.grad(out)(torch.ones(2, 2)),
    "func-vjp": lambda: torch.func.vjp(out, torch.ones(2, 2))[1](torch.tensor(1.0))[0],
    "jacrev": lambda: torch.func.jacrev(out)(torch.ones(2, 2)),
    "jacfwd": lambda: torch.func.jacfwd(out)(torch.ones(2, 2)),
    "jacobian": lambda: torch.autograd.functional.jacobian(out, torch.ones(2, 2)),  # type: ignore[no-untyped-call]
}


@pytest.mark.parametrize("way", WAYS)
def test_a_gradient_is_as_long_as_what_autograd_begins_with(way: str) -> None:
    """However autograd is started, it begins with the factor that it is given, and afterwards with 1 again."""
    module = probes()

    def submission(_symbol: str) -> Callable[[], Tensor]:
        return WAYS[way]

    first, second = module.differentiated_from(submission, "tensors.py:autograd_example", [3.0, 5.0])
    assert torch.equal(first, torch.full((2, 2), 13.5))
    assert torch.equal(second, torch.full((2, 2), 22.5))
    assert torch.equal(WAYS[way](), torch.full((2, 2), 4.5))


def test_a_gradient_that_is_written_down_stays_as_it_is() -> None:
    """A constant does not follow what autograd begins with."""
    module = probes()
    (answer,) = module.differentiated_from(lambda _symbol: lambda: torch.full((2, 2), 4.5), "", [3.0])
    assert torch.equal(answer, torch.full((2, 2), 4.5))
