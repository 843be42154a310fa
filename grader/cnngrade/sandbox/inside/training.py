"""Trains a student's net inside: the standard probes of accuracy tasks.

The data says what is trained, and how. `net` is the symbol of the net. `by` is the symbol of the student's function
(loader, epochs, device) -> trained net. `epoch` is the symbol of the student's train_epoch (model, loader, loss_fn,
optimizer, device). Without these two our own loop trains. With a `permutation`, `permute` is the symbol of the
student's function that applies it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from cnngrade.sandbox.inside import nets
from cnngrade.sandbox.inside.errors import Unfit
from cnngrade.sandbox.inside.loaders import TensorLoader
from cnngrade.sandbox.inside.submission import StudentModules

_CURVE = 12  # points of the training curve at least


def trained(submission: StudentModules, data: dict[str, Any]) -> dict[str, Any]:
    """Trains on `data`. Returns the net's parameters, and the losses during training."""
    net, losses = _trained(submission, data)
    sample = normalized(data["images"][:2], data["mean"], data["std"]).to(submission.device)
    return {"parameters": nets.take_out(net, sample), "losses": losses}


def trained_answers(submission: StudentModules, data: dict[str, Any], images: Tensor) -> dict[str, Any]:
    """Trains on `data`. Returns the answers of the trained net itself.

    This is for the public suite, where there is nothing to forge.
    """
    net, losses = _trained(submission, data)
    return {"answers": _classes(net, images, data["mean"], data["std"], submission.device), "losses": losses}


def answers(
    submission: StudentModules, symbol: str, parameters: list[dict[str, Any]], images: Tensor, mean: float | list[float],
    std: float | list[float],
) -> Tensor:  # fmt: skip
    """Returns the classes (N,) that the net gives for uint8 `images` (N, H, W) or (N, H, W, C).

    The net gets `parameters` from a training run.
    """
    net = submission(symbol)().to(submission.device)
    net = nets.put_back(net, parameters, normalized(images[:2], mean, std).to(submission.device))
    return _classes(net, images, mean, std, submission.device)


def normalized(images: Tensor, mean: float | list[float], std: float | list[float]) -> Tensor:
    """Turns uint8 (N, H, W) or (N, H, W, C) into float32 (N, C, H, W), scaled to [0, 1] and normalised per channel."""
    x = images[:, None] if images.dim() == 3 else images.permute(0, 3, 1, 2)
    x = x.to(torch.float32).div_(255)  # (N, C, H, W)
    return x.sub_(torch.tensor(mean).reshape(1, -1, 1, 1)).div_(torch.tensor(std).reshape(1, -1, 1, 1))


def _classes(
    net: nn.Module, images: Tensor, mean: float | list[float], std: float | list[float], device: str
) -> Tensor:
    net.eval()
    with torch.no_grad():
        batches = (batch.to(device) for batch in torch.split(normalized(images, mean, std), 500))
        return torch.cat([net(batch).argmax(dim=1).cpu() for batch in batches])


def _trained(submission: StudentModules, data: dict[str, Any]) -> tuple[nn.Module, list[float]]:
    torch.manual_seed(data["seed"])
    loader = TensorLoader.from_arrays(
        data["images"], data["labels"], data["mean"], data["std"], data["batch_size"], shuffle=True,
        device=submission.device,
    )  # fmt: skip
    if data["permutation"] is not None:
        images = _permuted(submission, data, loader.images)
        loader = TensorLoader(images, loader.labels, data["batch_size"], shuffle=True)
    with _Losses() as losses:
        net: Any
        if data["by"]:
            net = submission(data["by"])(loader, data["epochs"], torch.device(submission.device))
        else:
            net = _train(submission, loader, data)
    if not isinstance(net, nn.Module):
        raise Unfit(
            f"expected a trained network, got {'None (is there a return?)' if net is None else type(net).__name__}"
        )
    return net.to(submission.device), losses.curve(max(data["epochs"], _CURVE))


def _permuted(submission: StudentModules, data: dict[str, Any], images: Tensor) -> Tensor:
    """Returns the images (N, C, H, W) with pixels in another order, as the student's function permutes them."""
    result = submission(data["permute"])(images, data["permutation"].to(images.device))
    if not isinstance(result, Tensor) or result.shape != images.shape:
        got = tuple(result.shape) if isinstance(result, Tensor) else type(result).__name__
        raise Unfit(f"expected permuted images of shape {tuple(images.shape)}, got {got}")
    return result.detach().to(images)


def _train(submission: StudentModules, loader: TensorLoader, data: dict[str, Any]) -> nn.Module:
    """Returns the student's net after `epochs` of the student's train_epoch, or of our own, with Adam."""
    net: nn.Module = submission(data["net"])().to(submission.device)
    train_epoch = submission(data["epoch"]) if data["epoch"] else _train_epoch
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for _ in range(data["epochs"]):
        train_epoch(net, loader, nn.CrossEntropyLoss(), optimizer, torch.device(submission.device))
    return net


def _train_epoch(
    model: nn.Module, loader: TensorLoader, loss_fn: nn.Module, optimizer: torch.optim.Optimizer, device: torch.device
) -> None:
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss_fn(model(x.to(device)), y.to(device)).backward()
        optimizer.step()


class _Losses:
    """Notes every loss that is differentiated, which gives the training curve of any loop."""

    def __enter__(self) -> _Losses:
        self.values: list[Tensor] = []
        self.backward = Tensor.backward
        values, backward = self.values, self.backward

        def noting(loss: Tensor, *args: Any, **kwargs: Any) -> None:
            if loss.numel() == 1:
                values.append(loss.detach().reshape(()))
            backward(loss, *args, **kwargs)  # type: ignore[no-untyped-call]

        Tensor.backward = noting  # type: ignore[assignment,method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Tensor.backward = self.backward  # type: ignore[method-assign]

    def curve(self, points: int) -> list[float]:
        """Returns the mean loss of each of `points` equal parts of the run."""
        if len(self.values) < points:
            return []
        losses = torch.stack(self.values).cpu()
        return [float(stretch.mean()) for stretch in torch.tensor_split(losses, points)]
