"""Week 2's own probes: what runs beside the student's code. Raw data come back; nothing here knows an expected value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader, TensorDataset

from cnngrade.inside import nets
from cnngrade.inside.errors import Unfit
from cnngrade.inside.submission import Submission
from cnngrade.loaders import TensorLoader

# --- data.py ----------------------------------------------------------------------------------------------------------


def transform(submission: Submission, symbol: str, pixels: Tensor, times: int = 1) -> list[Any]:
    """What the transform makes of a picture, uint8 (H, W) or (H, W, 3), `times` over."""
    picture = Image.fromarray(pixels.numpy())
    function = submission(symbol)()
    return [function(picture) for _ in range(times)]


def loaders(submission: Submission, train_size: int, test_size: int, batch_size: int) -> list[dict[str, Any]]:
    """Of the train and the test loader: is it a DataLoader, its batches' sizes, and the samples of two epochs in order.

    Sample i is the image of a single pixel i with label i % 10; test samples count on from 10,000.
    """
    train_set, test_set = _numbered(train_size, 0), _numbered(test_size, 10_000)
    result = submission("data.py:make_loaders")(train_set, test_set, batch_size)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Unfit(f"expected a pair of loaders, got {type(result).__name__}")
    return [_epochs(loader) for loader in result]


def _numbered(size: int, first: int) -> TensorDataset:
    numbers = torch.arange(first, first + size)
    return TensorDataset(numbers.float().reshape(-1, 1, 1, 1), numbers % 10)


def _epochs(loader: Any) -> dict[str, Any]:
    epochs, sizes, consistent = [], [], True
    for _ in range(2):
        batches = [(x, y) for x, y in loader]
        epochs.append(torch.cat([x.flatten().long() for x, _ in batches]) if batches else torch.zeros(0).long())
        sizes = [len(x) for x, _ in batches]
        consistent &= all(bool((x.flatten().long() % 10 == y).all()) for x, y in batches)
    return {"is_loader": isinstance(loader, DataLoader), "sizes": sizes, "epochs": epochs, "consistent": consistent}


# --- training.py ------------------------------------------------------------------------------------------------------


class _Small(nn.Module):
    """A small net with a batch norm, so that train and eval mode differ, on images (N, 1, 6, 6)."""

    def __init__(self) -> None:
        super().__init__()
        # A bias here would have no gradient but rounding errors, which Adam makes as large as any other.
        self.conv = nn.Conv2d(1, 4, 3, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.fc = nn.Linear(64, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(torch.relu(self.norm(self.conv(x))).flatten(1))


class _Batches:
    """A sized iterable of batches that is no DataLoader, as the handout allows."""

    def __init__(self, batches: list[tuple[Tensor, Tensor]]) -> None:
        self.batches = batches

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return iter(self.batches)


def _state(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def _batches(x: Tensor, y: Tensor, sizes: list[int]) -> _Batches:
    """The batches, on the CPU: to move them to the device is the student's part."""
    return _Batches(list(zip(x.split(sizes), y.split(sizes), strict=True)))


_OPTIMIZERS: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9, weight_decay=0.01),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
}


def train_steps(
    submission: Submission, x: Tensor, y: Tensor, sizes: list[int], optimizer: str, training: bool, epochs: int = 1
) -> dict[str, Any]:
    """Runs train_epoch on a known problem; the returned losses, the parameters after it, and the model's mode."""
    train_epoch = submission("training.py:train_epoch")
    device = submission.device
    model = nets.fill(_Small()).to(device).train(training)
    chosen = _OPTIMIZERS[optimizer](model.parameters())
    batches = _batches(x, y, sizes)
    losses = [train_epoch(model, batches, nn.CrossEntropyLoss(), chosen, torch.device(device)) for _ in range(epochs)]
    return {"losses": losses, "state": _state(model)}


def evaluation(submission: Submission, x: Tensor, y: Tensor, sizes: list[int], training: bool) -> dict[str, Any]:
    """Runs evaluate on a known problem; what it returned, whether gradients were recorded, and what it left behind."""
    device = submission.device
    model = nets.fill(_Small()).to(device).train(training)
    before, recorded = _state(model), []
    criterion = nn.CrossEntropyLoss()

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        recorded.append(output.requires_grad)
        return criterion(output, target)

    batches = _batches(x, y, sizes)
    result = submission("training.py:evaluate")(model, batches, loss_fn, torch.device(device))
    after = _state(model)
    return {
        "result": result,
        "recorded": any(recorded),
        "asked": len(recorded),
        "training": model.training,
        "unchanged": all(torch.equal(before[name], after[name]) for name in before),
        "gradients": sum(p.grad is not None for p in model.parameters()),
        "trainable": all(p.requires_grad for p in model.parameters()),
        "grad_enabled": torch.is_grad_enabled(),
    }


def counted(submission: Submission, kind: str) -> Any:
    """What count_parameters says of a known model."""
    model = nn.Sequential(nn.Conv2d(3, 7, 5), nn.BatchNorm2d(7), nn.Flatten(), nn.Linear(11, 13, bias=False))
    if kind == "frozen":
        model[0].requires_grad_(False)
        model[3].weight.requires_grad_(False)
    if kind == "shared":
        model.append(model[3])
    if kind == "own":
        model = _WithOwnParameter()
    return submission("training.py:count_parameters")(model)


class _WithOwnParameter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3, 4))
        self.fixed = nn.Parameter(torch.ones(100), requires_grad=False)
        self.register_buffer("table", torch.zeros(1000))


def short_run(submission: Submission, x: Tensor, y: Tensor, batch_size: int, epochs: int) -> dict[str, Any]:
    """train_lenet on a few images: what it returns and how many optimiser steps it took."""
    steps: list[int] = []
    hook = register_optimizer_step_post_hook(lambda *_: steps.append(1))
    loader = TensorLoader(x, y, batch_size=batch_size, shuffle=True)
    try:
        net = submission("training.py:train_lenet")(loader, epochs, torch.device(submission.device))
    finally:
        hook.remove()
    if not isinstance(net, nn.Module):
        raise Unfit(f"train_lenet returned {'None (is there a return?)' if net is None else type(net).__name__}")
    return {"net": type(net).__name__, "steps": len(steps)}
