"""Fills nets with weights seeded by shape, and moves trained parameters between nets by shape, for any names.

Every parameter and buffer is filled from a generator seeded by its kind and its shape. So two correct implementations
of one net hold the same numbers, for any names and any order of their sub-modules. Their outputs and input gradients
then agree up to rounding. Shapes are compared as (rows, everything else), without sizes of 1. So a 5x5 convolution over
a 5x5 map and the linear layer that computes the same get the same weights.
"""

from __future__ import annotations

import functools
import math
import zlib
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnngrade.sandbox.inside.errors import Unfit

_NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
_CONVOLUTIONS = (nn.modules.conv._ConvNd,)
# Large tensors repeat one block of random numbers: drawing a hundred million takes longer than all other work with a net.
_BLOCK = 2**20 - 3  # a prime, so that no two rows of a weight are the same
_QUICK = 2**14  # up to this many numbers, drawing is as fast as copying
_DRAWS = (
    Tensor.uniform_,
    Tensor.normal_,
    nn.init.uniform_,
    nn.init.normal_,
    nn.init.kaiming_uniform_,
)  # the last three, because under a TorchFunctionMode the first two are never called
_NAMES = {"weight": "weight", "scale": "scale", "shift": "bias", "mean": "running mean", "variance": "running variance"}


def canonical(shape: torch.Size | tuple[int, ...]) -> tuple[int, ...]:
    """Returns (rows, product of the rest) of a shape without its ones: (120, 16, 5, 5) and (120, 400) are (120, 400)."""
    sizes = [size for size in shape if size != 1]
    return (sizes[0], math.prod(sizes[1:])) if len(sizes) > 1 else tuple(sizes)


def _kind(module: nn.Module, name: str, tensor: Tensor) -> str:
    """Returns what a tensor does, which decides how it is filled.

    The kinds are `weight`, `scale`, `shift`, `bias`, `mean` and `variance`.
    """
    # A constant tensor such as (1, C, 1, 1) is a scale or shift of a hand-written layer, not a weight.
    if len(canonical(tensor.shape)) > 1 or (tensor.dim() > 1 and not _is_constant(tensor)):
        return "weight"
    if isinstance(module, _NORMS):
        return "scale" if name == "weight" else "shift"
    if isinstance(module, _CONVOLUTIONS):
        return "bias"
    # In a hand-written layer, a vector that starts as ones is a scale, and any other vector is a shift.
    return "scale" if bool((tensor == 1).all()) else "shift"


def _is_constant(tensor: Tensor) -> bool:
    return tensor.numel() > 0 and bool((tensor == tensor.reshape(-1)[0]).all())


def _fill(tensor: Tensor, kind: str) -> None:
    """Writes the numbers for a tensor of `kind` and its canonical shape. Weights keep the scale of a signal through ReLUs."""
    _tile(tensor, _numbers("shift" if kind == "bias" else kind, canonical(tensor.shape)))


# The same net is made again for many tests. Even the largest nets have fewer shapes than this.
@functools.lru_cache(maxsize=128)
def _numbers(kind: str, shape: tuple[int, ...]) -> Tensor:
    size = (min(math.prod(shape), _BLOCK),)
    generator = torch.Generator().manual_seed(zlib.crc32(f"{kind} {shape}".encode()))
    if kind == "variance":
        # Away from zero, because a batch norm divides by the root of it.
        return 0.5 + torch.rand(size, generator=generator)
    block = torch.randn(size, generator=generator)
    match kind:
        # Kaiming's initialisation, for ReLUs.
        case "weight":
            return block * math.sqrt(2 / math.prod(shape[1:]))
        case "scale":
            return 1 + 0.2 * block
        case _:
            return block * 0.1


def _tile(tensor: Tensor, block: Tensor) -> Tensor:
    """Writes the numbers of `block` into `tensor`, repeated until it is full."""
    if tensor.numel() <= len(block):
        return tensor.copy_(block[: tensor.numel()].reshape(tensor.shape))
    # `view` below needs contiguous memory.
    if not tensor.is_contiguous():
        return tensor.copy_(_tile(torch.empty(tensor.shape, dtype=tensor.dtype, device=tensor.device), block))
    flat, block = tensor.view(-1), block.to(tensor)
    whole = len(flat) // len(block) * len(block)
    flat[:whole].view(-1, len(block)).copy_(block)
    flat[whole:] = block[: len(flat) - whole]
    return tensor


class quick_to_make(TorchFunctionMode):
    """Makes nets quickly that `fill` fills later: their weights start as one block of small numbers, repeated.

    VGG's constructor draws 129 million numbers, which takes longer than most work with the net.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        named = kwargs or {}
        tensor = args[0] if args else named.get("tensor")
        if func in _DRAWS and isinstance(tensor, Tensor) and tensor.numel() > _QUICK:
            with torch.no_grad():
                return _tile(tensor, small_numbers())
        return func(*args, **named)


@functools.cache
def small_numbers() -> Tensor:
    """Returns a block of numbers between -0.01 and 0.01. It is drawn once, in this process or in the one that forked it."""
    return torch.rand(_BLOCK, generator=torch.Generator().manual_seed(0)).sub_(0.5).mul_(0.02)


def _running_statistics(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Yields a mean and a variance of equal shape, as batch norms keep them. Other buffers are constants of the student."""
    found: dict[str, Tensor] = {}
    for name, buffer in module.named_buffers(recurse=False):
        if buffer is not None and buffer.is_floating_point() and buffer.dim() > 0:
            # By name, because hand-written batch norms call them running_mean, mean, moving_var and the like.
            kind = "variance" if "var" in name else "mean" if "mean" in name else ""
            if kind:
                found[kind] = buffer
    if len(found) == 2 and found["mean"].shape == found["variance"].shape:
        yield from sorted(found.items())


def free_biases(net: nn.Module, sample: Tensor) -> set[nn.Module]:
    """Returns the convolutions whose bias is the student's choice, because a batch norm follows them and removes it.

    They are found by watching one forward pass. In a net whose batch norms are written as plain arithmetic, every
    convolution counts.
    """
    normalises, fed = _fed_norms(net, sample)
    by_arithmetic = not normalises and any(True for module in net.modules() for _ in _running_statistics(module))
    return {module for module in net.modules() if isinstance(module, _CONVOLUTIONS)} if by_arithmetic else set(fed)


_watched: dict[tuple[Any, ...], frozenset[str]] = {}  # how a net was made -> its convolutions with free biases


def free_biases_of_its_kind(net: nn.Module, symbol: str, arguments: dict[str, Any], sample: Tensor) -> set[nn.Module]:
    """Returns the `free_biases` of a net that `symbol` makes from `arguments`. Only the first of equal nets is watched."""
    kind = (symbol, repr(arguments), type(net), _outline(net))
    if kind not in _watched:
        free = free_biases(net, sample)
        if _outline(net) != kind[-1]:  # a lazy net: the forward pass has made parameters, as it will in the next one
            return free
        _watched[kind] = frozenset(name for name, module in net.named_modules() if module in free)
    return {module for name, module in net.named_modules() if name in _watched[kind]}


def _outline(net: nn.Module) -> tuple[Any, ...]:
    modules = tuple((name, type(module)) for name, module in net.named_modules())
    return modules, tuple((name, parameter.shape) for name, parameter in net.named_parameters())


def _fed_norms(net: nn.Module, sample: Tensor) -> tuple[bool, dict[nn.Module, Tensor | None]]:
    """Returns whether `net` has batch norms, and each convolution that feeds one, with its running mean (or None)."""
    came_from: dict[int, nn.Module] = {}
    outputs: list[Tensor] = []  # kept alive, so that no other tensor gets the same id
    fed: dict[nn.Module, Tensor | None] = {}
    norms = [module for module in net.modules() if _normalises(module)]
    called = bool(norms)

    def note_output(module: nn.Module, _inputs: Any, output: Any) -> None:
        came_from[id(output)] = module
        outputs.append(output)

    def note_norm(x: Any, mean: Tensor | None) -> None:
        if id(x) in came_from:
            fed[came_from[id(x)]] = mean

    def note_input(module: nn.Module, inputs: Any) -> None:
        means = [buffer for kind, buffer in _running_statistics(module) if kind == "mean"]
        note_norm(inputs[0] if inputs else None, means[0] if means else None)

    class Functional(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            nonlocal called
            named = kwargs or {}
            if func in (nn.functional.batch_norm, torch.batch_norm):
                called = True
                given = {"input": args[:1], "running_mean": args[3:4] if func is torch.batch_norm else args[1:2]}
                x, mean = (value[0] if value else named.get(name) for name, value in given.items())
                note_norm(x, mean)
            return func(*args, **named)

    hooks = [m.register_forward_hook(note_output) for m in net.modules() if isinstance(m, _CONVOLUTIONS)]
    hooks += [norm.register_forward_pre_hook(note_input) for norm in norms]
    with Functional():
        _pass(net, sample, hooks)
    return called, fed


def _normalises(module: nn.Module) -> bool:
    """Whether a module is a batch norm: PyTorch's, or a hand-written one that keeps running statistics."""
    if isinstance(module, nn.modules.batchnorm._NormBase):
        return True
    return not any(True for _ in module.children()) and any(True for _ in _running_statistics(module))


def _pass(net: nn.Module, sample: Tensor, hooks: list[Any]) -> None:
    """Runs one forward pass in eval mode. Afterwards restores the modes and removes the hooks."""
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
    """Fills `net` in place with weights seeded by shape. The biases of the convolutions in `free` become zero. Returns it.

    Frozen parameters stay as they are, because they are constants of the student.
    """
    with torch.no_grad():
        for module in net.modules():
            for name, parameter in module.named_parameters(recurse=False):
                if not parameter.requires_grad:
                    continue
                kind = _kind(module, name, parameter)
                if kind == "bias" and free and module in free:
                    parameter.zero_()
                    continue
                _fill(parameter, kind)
            for kind, buffer in _running_statistics(module):
                _fill(buffer, kind)
    return net


def sizes(net: nn.Module, free: set[nn.Module]) -> list[tuple[int, ...]]:
    """Returns the sorted canonical shapes of all trainable parameters, without the biases of the convolutions in `free`."""
    return sorted(
        canonical(parameter.shape)
        for module in net.modules()
        for name, parameter in module.named_parameters(recurse=False)
        if parameter.requires_grad and not (module in free and name == "bias")
    )


def gradient_lengths(net: nn.Module, free: set[nn.Module]) -> Tensor:
    """Returns the length of each trainable parameter's gradient, float64, in the order of `sizes`. No gradient counts as 0.

    Parameters of one size are in the order of their lengths.
    """
    found = [
        (canonical(parameter.shape), 0.0 if parameter.grad is None else float(parameter.grad.norm()))
        for module in net.modules()
        for name, parameter in module.named_parameters(recurse=False)
        if parameter.requires_grad and not (module in free and name == "bias")
    ]
    return torch.tensor([length for _, length in sorted(found)], dtype=torch.float64)


def take_out(net: nn.Module, sample: Tensor) -> list[dict[str, Any]]:
    """Returns the parameters and running statistics of `net` as {kind, tensor}, in the order of their use in a forward pass.

    A bias in front of a batch norm is left out. It is subtracted from the running mean, which has the same effect in
    eval mode.
    """
    slots, fed = _slots(net, sample)
    # The batch norm subtracts the mean, so a bias before it and a smaller mean give the same output.
    moved = {id(mean): conv.bias.detach() for conv, mean in fed.items() if isinstance(conv.bias, Tensor)}
    taken = []
    for kind, tensor in slots:
        value = tensor.detach().clone()
        if id(tensor) in moved:
            value -= moved[id(tensor)].reshape(value.shape)
        taken.append({"kind": kind, "tensor": value.cpu()})
    return taken


def _slots(net: nn.Module, sample: Tensor) -> tuple[list[tuple[str, Tensor]], dict[nn.Module, Tensor | None]]:
    """Returns (kind, tensor) of what training changes, in the order of a forward pass, and the convolutions before batch norms.

    The first omits the biases of these convolutions. The second has the batch norm's running mean for each.
    """
    order: list[nn.Module] = []

    def note(module: nn.Module, _inputs: Any, _output: Any) -> None:
        if module not in order:
            order.append(module)

    _pass(net, sample, [module.register_forward_hook(note) for module in net.modules()])
    _normalises, fed = _fed_norms(net, sample)
    slots: list[tuple[str, Tensor]] = []
    for module in order + [module for module in net.modules() if module not in order]:
        for name, parameter in module.named_parameters(recurse=False):
            if not (module in fed and name == "bias"):
                slots.append((_kind_of_trained(module, name, parameter), parameter))
        slots.extend(_running_statistics(module))
    return slots, fed


def _kind_of_trained(module: nn.Module, name: str, parameter: Tensor) -> str:
    """Returns the kind as `_kind` does, after training has changed the values.

    A hand-written batch norm then scales by about one and shifts by about zero.
    """
    if len(canonical(parameter.shape)) > 1:
        return "weight"
    if isinstance(module, _NORMS):
        return "scale" if name == "weight" else "shift"
    by_hand = any(True for _ in _running_statistics(module))
    return "scale" if by_hand and float(parameter.detach().mean()) > 0.5 else "shift"


def put_back(net: nn.Module, taken: list[dict[str, Any]], sample: Tensor) -> nn.Module:
    """Puts parameters from `take_out` into `net`, matched by kind and canonical shape. Returns it.

    Raises `Unfit` if they do not fit.
    """
    stock: dict[tuple[str, tuple[int, ...]], deque[Tensor]] = defaultdict(deque)
    for item in taken:
        stock[item["kind"], canonical(item["tensor"].shape)].append(item["tensor"])
    slots, fed = _slots(net, sample)
    with torch.no_grad():
        for kind, target in slots:
            found = stock[kind, canonical(target.shape)]
            if not found:
                raise Unfit(f"the trained network has no {_NAMES[kind]} of shape {tuple(target.shape)}")
            target.copy_(found.popleft().reshape(target.shape))
        # `take_out` has subtracted these biases from the running means.
        for convolution in fed:
            if isinstance(convolution.bias, Tensor):
                convolution.bias.zero_()
    left = {id(tensor) for tensors in stock.values() for tensor in tensors}
    for item in taken:
        if id(item["tensor"]) in left:
            raise Unfit(
                f"the trained network has a {_NAMES[item['kind']]} of shape {tuple(item['tensor'].shape)} too many"
            )
    return net
