"""Week 2's own probes: what runs beside the student's code. Raw data come back; nothing here knows an expected value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader, TensorDataset

from cnngrade.sandbox.inside import nets
from cnngrade.sandbox.inside.errors import Unfit
from cnngrade.sandbox.inside.loaders import TensorLoader
from cnngrade.sandbox.inside.submission import StudentModules

# --- data.py ----------------------------------------------------------------------------------------------------------


def transform(submission: StudentModules, symbol: str, pixels: Tensor, times: int = 1) -> list[Any]:
    """What the transform makes of a picture, uint8 (H, W) or (H, W, 3), `times` over."""
    picture = Image.fromarray(pixels.numpy())
    function = submission(symbol)()
    return [function(picture) for _ in range(times)]


def loaders(
    submission: StudentModules, train_set: tuple[Tensor, Tensor], test_set: tuple[Tensor, Tensor], batch_size: int
) -> dict[str, Any]:
    """Of the train and the test loader of two sets (images, labels): is it a DataLoader, and the batches of two epochs."""
    sets = TensorDataset(*train_set), TensorDataset(*test_set)
    result = submission("data.py:make_loaders")(*sets, batch_size)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Unfit(f"expected a pair of loaders, got {type(result).__name__}")
    return {
        "are_loaders": [isinstance(loader, DataLoader) for loader in result],
        "epochs": [[[(x, y) for x, y in loader] for _ in range(2)] for loader in result],
    }


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


class _Listening(nn.Module):
    """A layer of the course's own that listens to its mode, as dropout does: in train mode it doubles."""

    def forward(self, x: Tensor) -> Tensor:
        return 2 * x if self.training else x


class _Moody(_Small):
    """As `_Small`, but all of it listens to the mode: the model itself too, and a layer below it.

    Where the forward pass is recorded, the output is larger: of one that was let go of at once, nothing else would tell.
    """

    def __init__(self) -> None:
        super().__init__()
        self.listening = _Listening()

    def forward(self, x: Tensor) -> Tensor:
        y = super().forward(x)
        return self.listening(1.25 * y if y.requires_grad else y) - (0.5 if self.training else 0.0)


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
    # With the usual eps a gradient that is nothing but rounding errors makes as large a step as any other.
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01, eps=1e-3),
}


def train_steps(
    submission: StudentModules, x: Tensor, y: Tensor, sizes: list[int], optimizer: str, training: bool, epochs: int = 1
) -> dict[str, Any]:
    """Runs train_epoch on a known problem; the returned losses, the parameters after it, and the model's mode."""
    train_epoch = submission("training.py:train_epoch")
    device = submission.device
    model = nets.fill(_Small()).to(device).train(training)
    chosen = _OPTIMIZERS[optimizer](model.parameters())
    batches = _batches(x, y, sizes)
    losses = [train_epoch(model, batches, nn.CrossEntropyLoss(), chosen, torch.device(device)) for _ in range(epochs)]
    return {"losses": losses, "state": _state(model)}


def evaluation(submission: StudentModules, x: Tensor, y: Tensor, sizes: list[int], training: bool) -> dict[str, Any]:
    """Runs evaluate on a known problem; what it returned, and the model's mode afterwards."""
    device = submission.device
    model = nets.fill(_Small()).to(device).train(training)
    batches = _batches(x, y, sizes)
    result = submission("training.py:evaluate")(model, batches, nn.CrossEntropyLoss(), torch.device(device))
    return {"result": result, "training": model.training}


def after_evaluation(
    submission: StudentModules,
    x: Tensor,
    y: Tensor,
    sizes: list[int],
    training: bool,
    later: tuple[Tensor, Tensor],
    frozen: list[str],
) -> dict[str, Any]:
    """Runs evaluate on a model with gradients and frozen parameters, then the model on a batch that comes `later`.

    The loss is 1 more where the output would record a gradient. What the model computes afterwards tells its modes and
    its running statistics; a backward pass tells which gradients were there and which parameters get one.
    """
    device = submission.device
    model = nets.fill(_Moody()).to(device).train(training)
    for name in frozen:
        model.get_parameter(name).requires_grad_(False)
    criterion, recorded = nn.CrossEntropyLoss(), []
    later_x, later_y = (part.to(device) for part in later)

    def loss_fn(output: Tensor, target: Tensor) -> Tensor:
        recorded.append(output.requires_grad)
        return criterion(output, target) + float(output.requires_grad)

    criterion(model(later_x), later_y).backward()
    before = _state(model)
    result = submission("training.py:evaluate")(model, _batches(x, y, sizes), loss_fn, torch.device(device))
    after, gradients = _state(model), _gradients(model)
    output = model(later_x)
    if output.requires_grad:
        criterion(output, later_y).backward()
    return {
        "result": result,
        "recorded": any(recorded),
        "asked": len(recorded),
        "training": model.training,
        "unchanged": all(torch.equal(before[name], after[name]) for name in before),
        "trainable": [name for name, parameter in model.named_parameters() if parameter.requires_grad],
        "grad_enabled": torch.is_grad_enabled(),
        "gradients": gradients,
        "output": output,
        "later_gradients": _gradients(model),
        "eval_output": model.eval()(later_x),
    }


def _gradients(model: nn.Module) -> dict[str, Tensor]:
    return {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}


def counted(submission: StudentModules, layers: list[dict[str, Any]]) -> Any:
    """What count_parameters says of a model of these layers: see `_layer`."""
    return submission("training.py:count_parameters")(_model(layers))


def _model(layers: list[dict[str, Any]]) -> nn.Module:
    """A model of layers as `_layer` makes them; of one from before it has either all, `again`, or a `tied` weight."""
    made: list[nn.Module] = []
    for layer in layers:
        before = made[layer["place"]] if "place" in layer else nn.Identity()
        match layer["layer"]:
            case "again":
                made.append(before)
            case "tied":
                weight = before.get_parameter("weight")
                made.append(nn.Linear(*reversed(weight.shape), bias=False))
                made[-1].weight = weight
            case _:
                made.append(_layer(**layer))
    return nn.Sequential(*made)


def _layer(layer: str, sizes: Any, bias: bool = True, frozen: tuple[str, ...] | list[str] = ()) -> nn.Module:
    """A conv, a norm, a linear, a layer with a parameter of its `own`, or a `block` whose sizes are layers themselves."""
    match layer:
        case "conv":
            module: nn.Module = nn.Conv2d(*sizes, bias=bias)
        case "norm":
            module = nn.BatchNorm2d(*sizes)
        case "linear":
            module = nn.Linear(*sizes, bias=bias)
        case "own":
            module = _WithOwnParameter(*sizes)
        case _:
            module = _model(sizes)
    for name in frozen:
        module.get_parameter(name).requires_grad_(False)
    return module


class _WithOwnParameter(nn.Module):
    def __init__(self, rows: int, columns: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(rows, columns))
        self.fixed = nn.Parameter(torch.ones(columns), requires_grad=False)
        self.register_buffer("table", torch.zeros(rows))


class _CountedLoader(TensorLoader):
    """Counts the batches that it hands out."""

    handed = 0

    def __iter__(self) -> Any:
        for batch in super().__iter__():
            self.handed += 1
            yield batch


def short_run(submission: StudentModules, x: Tensor, y: Tensor, batch_size: int, epochs: int) -> dict[str, Any]:
    """train_lenet on a few images: how many optimiser steps it took, and how many batches of the loader."""
    steps: list[int] = []
    hook = register_optimizer_step_post_hook(lambda *_: steps.append(1))
    loader = _CountedLoader(x, y, batch_size=batch_size, shuffle=True)
    try:
        net = submission("training.py:train_lenet")(loader, epochs, torch.device(submission.device))
    finally:
        hook.remove()
    if not isinstance(net, nn.Module):
        raise Unfit(f"train_lenet returned {'None (is there a return?)' if net is None else type(net).__name__}")
    return {"steps": len(steps), "batches": loader.handed}
