"""Nets whose names are free: weights seeded by shape, and trained parameters taken out and put back by shape.

Every parameter and buffer is filled from a generator seeded by its kind and its shape, so two correct implementations of one
net hold the same numbers whatever their sub-modules are called and in whatever order they were made; their outputs and
input gradients then agree to rounding. Shapes are compared as (rows, everything else), with sizes of 1 left out: a 5x5
convolution over a 5x5 map and the linear layer that computes the same thing get the same weights.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from cnngrade.inside.errors import Unfit

_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
_CONVOLUTIONS = (nn.modules.conv._ConvNd,)


def canonical(shape: torch.Size | tuple[int, ...]) -> tuple[int, ...]:
    """(rows, the rest multiplied) of a shape without its ones: (120, 16, 5, 5) and (120, 400) are (120, 400)."""
    sizes = [size for size in shape if size != 1]
    return (sizes[0], math.prod(sizes[1:])) if len(sizes) > 1 else tuple(sizes)


def _kind(module: nn.Module, name: str, tensor: Tensor) -> str:
    """`weight`, `scale`, `shift`, `bias`, `mean` or `variance`: what a tensor does decides how it is filled."""
    if len(canonical(tensor.shape)) > 1 or (tensor.dim() > 1 and not _is_constant(tensor)):
        return "weight"
    if isinstance(module, _NORMS):
        return "scale" if name == "weight" else "shift"
    if isinstance(module, _CONVOLUTIONS):
        return "bias"
    # A hand-written layer: what starts as ones scales, what starts as zeros (or anything else) shifts.
    return "scale" if bool((tensor == 1).all()) else "shift"


def _is_constant(tensor: Tensor) -> bool:
    return tensor.numel() > 0 and bool((tensor == tensor.reshape(-1)[0]).all())


def _generator(kind: str, shape: tuple[int, ...]) -> torch.Generator:
    return torch.Generator().manual_seed(zlib.crc32(f"{kind} {shape}".encode()))


def values(kind: str, shape: tuple[int, ...]) -> Tensor:
    """The numbers for one tensor of `kind` and canonical `shape`; weights keep the scale of a signal through ReLUs."""
    generator = _generator("shift" if kind == "bias" else kind, shape)
    if kind == "variance":
        return 0.5 + torch.rand(shape, generator=generator)
    noise = torch.randn(shape, generator=generator)
    match kind:
        case "weight":
            return noise * math.sqrt(2 / math.prod(shape[1:]))
        case "scale":
            return 1 + 0.2 * noise
        case _:
            return 0.1 * noise


def _running_statistics(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    for name, buffer in module.named_buffers(recurse=False):
        if buffer is None or not buffer.is_floating_point() or buffer.dim() == 0:
            continue
        if "var" in name:
            yield "variance", buffer
        elif "mean" in name:
            yield "mean", buffer


def free_biases(net: nn.Module, sample: Tensor) -> set[nn.Module]:
    """The convolutions whose bias is the student's choice: their output goes straight into a batch norm, which removes it.

    Found by watching one forward pass; in a net that normalises without modules of its own every convolution counts.
    """
    came_from: dict[int, nn.Module] = {}
    outputs: list[Tensor] = []  # kept alive, so that no id is used twice
    free: set[nn.Module] = set()
    norms = [module for module in net.modules() if _normalises(module)]
    if not norms:
        statistics = any(True for module in net.modules() for _ in _running_statistics(module))
        return {module for module in net.modules() if isinstance(module, _CONVOLUTIONS)} if statistics else set()

    def note_output(module: nn.Module, _inputs: Any, output: Any) -> None:
        came_from[id(output)] = module
        outputs.append(output)

    def note_input(_module: nn.Module, inputs: Any) -> None:
        if inputs and id(inputs[0]) in came_from:
            free.add(came_from[id(inputs[0])])

    hooks = [m.register_forward_hook(note_output) for m in net.modules() if isinstance(m, _CONVOLUTIONS)]
    hooks += [norm.register_forward_pre_hook(note_input) for norm in norms]
    _pass(net, sample, hooks)
    return free


def _normalises(module: nn.Module) -> bool:
    """A batch norm: PyTorch's, or one that is written by hand and keeps running statistics of its own."""
    by_hand = not any(True for _ in module.children()) and any(True for _ in _running_statistics(module))
    return isinstance(module, nn.modules.batchnorm._NormBase) or by_hand


def _pass(net: nn.Module, sample: Tensor, hooks: list[Any]) -> None:
    """One forward pass in eval mode that leaves nothing behind."""
    modes = [(module, module.training) for module in net.modules()]
    try:
        with torch.no_grad():
            net.eval()
            net(sample)
    finally:
        for module, training in modes:
            module.training = training
        for hook in hooks:
            hook.remove()


def fill(net: nn.Module, free: set[nn.Module] | None = None) -> nn.Module:
    """Fills `net` in place with weights seeded by shape; the biases of the convolutions in `free` become zero."""
    with torch.no_grad():
        for module in net.modules():
            for name, parameter in module.named_parameters(recurse=False):
                kind = _kind(module, name, parameter)
                if kind == "bias" and free and module in free:
                    parameter.zero_()
                    continue
                parameter.copy_(values(kind, canonical(parameter.shape)).reshape(parameter.shape))
            for kind, buffer in _running_statistics(module):
                buffer.copy_(values(kind, canonical(buffer.shape)).reshape(buffer.shape))
    return net


def sizes(net: nn.Module, free: set[nn.Module]) -> list[tuple[int, ...]]:
    """Canonical shapes of all trainable parameters, sorted; without the biases of the convolutions in `free`."""
    return sorted(
        canonical(parameter.shape)
        for module in net.modules()
        for name, parameter in module.named_parameters(recurse=False)
        if parameter.requires_grad and not (module in free and name == "bias")
    )


def take_out(net: nn.Module, sample: Tensor) -> list[dict[str, Any]]:
    """The parameters and running statistics of `net` as {kind, tensor}, in the order in which a forward pass uses them."""
    order: list[nn.Module] = []

    def note(module: nn.Module, _inputs: Any, _output: Any) -> None:
        if module not in order:
            order.append(module)

    hooks = [module.register_forward_hook(note) for module in net.modules()]
    _pass(net, sample, hooks)
    used = order + [module for module in net.modules() if module not in order]
    taken: list[dict[str, Any]] = []
    for module in used:
        for name, parameter in module.named_parameters(recurse=False):
            kind = _kind_of_trained(module, name, parameter)
            taken.append({"kind": kind, "tensor": parameter.detach().cpu()})
        taken.extend({"kind": kind, "tensor": buffer.detach().cpu()} for kind, buffer in _running_statistics(module))
    return taken


def _kind_of_trained(module: nn.Module, name: str, parameter: Tensor) -> str:
    """As `_kind`, but training has moved the values: a batch norm by hand scales by about one and shifts by about zero."""
    if len(canonical(parameter.shape)) > 1:
        return "weight"
    if isinstance(module, _NORMS):
        return "scale" if name == "weight" else "shift"
    by_hand = any(True for _ in _running_statistics(module))
    return "scale" if by_hand and float(parameter.mean()) > 0.5 else "shift"


def put_back(net: nn.Module, taken: list[dict[str, Any]], sample: Tensor) -> nn.Module:
    """Puts parameters from `take_out` into `net`, matched by kind and canonical shape; raises `Unfit` if they do not fit."""
    stock: dict[tuple[str, tuple[int, ...]], list[Tensor]] = defaultdict(list)
    for item in taken:
        stock[item["kind"], canonical(item["tensor"].shape)].append(item["tensor"])
    targets = [(item["kind"], item["tensor"]) for item in take_out(net, sample)]
    with torch.no_grad():
        for kind, target in targets:
            found = stock[kind, canonical(target.shape)]
            if not found:
                if kind == "shift" and target.dim() == 1 and _has_batch_norm(net):
                    target.zero_()  # a convolution's bias in front of a batch norm: free, and here absent
                    continue
                raise Unfit(f"the trained network has no {kind} of shape {tuple(target.shape)}")
            target.copy_(found.pop(0).reshape(target.shape))
    left = [canonical(tensor.shape) for tensors in stock.values() for tensor in tensors]
    if left and not _has_batch_norm(net):
        raise Unfit(f"the trained network has parameters of shape {left[0]} too many")
    return net


def _has_batch_norm(net: nn.Module) -> bool:
    return any(isinstance(module, nn.modules.batchnorm._NormBase) for module in net.modules())
