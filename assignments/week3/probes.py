"""Week 3's own probes: what runs beside the student's code. Raw data come back; nothing here knows an expected value.

The nets are large (VGG-11: 515 MB of parameters), so one question asks for all that one building and one filling can tell,
and a gradient is counted and let go as soon as it is there.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from cnngrade.sandbox.inside import nets
from cnngrade.sandbox.inside.errors import Unfit
from cnngrade.sandbox.inside.submission import StudentModules


def _made(submission: StudentModules, symbol: str, sample: Tensor, *positional: Any, **named: Any) -> nn.Module:
    """The net or block as the student's code makes it, in eval mode; one forward pass gives lazy modules their sizes."""
    constructor = submission(symbol)
    with nets.quick_to_make():
        net = constructor(*positional, **named)
    if not isinstance(net, nn.Module):
        what = "None (is there a return?)" if net is None else type(net).__name__
        raise Unfit(f"{symbol.partition(':')[2]}(...) gives no nn.Module but {what}")
    net.to(sample.device).eval()
    if any(isinstance(p, nn.parameter.UninitializedParameter) for p in net.parameters()):
        with torch.no_grad():
            net(sample[:1].clone())
    return net


def _parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


def _differentiable(value: Any) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point() and value.requires_grad


def _filled(net: nn.Module) -> nn.Module:
    """`net` with weights seeded by shape. No net of this week has running statistics: a buffer is the student's own."""
    own = [(buffer, buffer.clone()) for buffer in net.buffers()]
    nets.fill(net)
    for buffer, value in own:
        buffer.copy_(value)
    return net


# --- eval mode: one net, weights seeded by shape ----------------------------------------------------------------------


def examined(
    submission: StudentModules, symbol: str, x: Tensor, arguments: dict[str, Any], gradients: bool = True
) -> dict[str, Any]:
    """Of a net in eval mode with weights seeded by shape: its parameters, its outputs for `x`, and the `gradients` if asked.

    With more than one image, the last one goes through alone before all of them do: `alone` is its output.
    """
    net = _filled(_made(submission, symbol, x, **arguments))
    found: dict[str, Any] = {"parameters": _parameters(net), "sizes": nets.sizes(net, set())}
    if len(x) > 1:
        with torch.no_grad():
            found["alone"] = net(x[-1:].clone())
    if not gradients:
        with torch.no_grad():
            return found | {"output": net(x.clone())}
    reached: list[int] = []

    def let_go(parameter: Tensor) -> None:
        reached.append(1)
        parameter.grad = None

    trainable = [parameter for parameter in net.parameters() if parameter.requires_grad]
    hooks = [parameter.register_post_accumulate_grad_hook(let_go) for parameter in trainable]
    x = x.clone().requires_grad_()
    output = net(x)
    if _differentiable(output):
        # A fixed direction, so that the gradient of every output takes part and none cancels.
        direction = torch.randn(output.shape, generator=torch.Generator().manual_seed(7)).to(output.device)
        torch.autograd.backward((output * direction).sum())
    for hook in hooks:
        hook.remove()
    without = len(trainable) - len(reached)
    return found | {"output": output, "input_gradient": x.grad, "without_gradient": without}


# --- train mode: a net of plain wires ---------------------------------------------------------------------------------


def wired(
    submission: StudentModules,
    symbol: str,
    x: Tensor,
    kernels: list[list[int]],
    arguments: dict[str, Any] | list[Any],
    gradients: bool = True,
    weight: float = 1.0,
    bias: float = 1.0,
) -> dict[str, Any]:
    """Outputs of a net in which every unit takes one unit times `weight`, plus `bias`: twice in train mode, then in eval mode.

    Each weight reads the middle of one input channel: on a constant image every feature map is constant, and
    what dropout does to single units can be read off the output. A weight is known by its number of columns (the
    numbers that one output reads): `kernels` gives [columns, taps of the kernel] where a kernel has more than one.
    `first` is the output for all of `x`, `second` that for its first image, `gradient`, with `gradients`, the sum of the
    input gradient of the latter's sum. `arguments` are the constructor's, by name or by place.
    """
    net = _made(submission, symbol, x, *_by_place(arguments), **_by_name(arguments))
    parameters = _parameters(net)
    taps = dict(kernels)
    with torch.no_grad():
        for parameter in net.parameters():
            if not parameter.requires_grad:
                continue  # a constant of the student's
            parameter.requires_grad_(False)
            if len(nets.canonical(parameter.shape)) < 2:
                parameter.fill_(bias)
            else:
                _wire(parameter, taps, weight)
    net.train()
    torch.manual_seed(3)  # what is drawn next does not depend on how the net was made
    with torch.no_grad():
        first = net(x.clone())
    x = x[:1].clone().requires_grad_(gradients)
    second = net(x)
    if _differentiable(second):
        torch.autograd.backward(second.sum())
    gradient = None if x.grad is None else float(x.grad.double().sum())
    with torch.no_grad():
        quiet = net.eval()(x.detach().clone())
    return {"parameters": parameters, "first": first, "second": second, "gradient": gradient, "eval": quiet}


def _wire(weights: Tensor, taps: dict[int, int], weight: float) -> None:
    """Makes each output read the middle of one input channel, however it lies in memory.

    Where there are fewer outputs than channels, they are spread evenly over these: no part of a layer goes unseen.
    """
    columns = math.prod(weights.shape[1:])
    area = taps.get(columns, 1)
    rows = torch.arange(len(weights))
    channels = columns // area
    read = rows * channels // len(weights) if len(weights) < channels else rows % channels
    middles = torch.unravel_index(read * area + area // 2, weights.shape[1:])
    weights.zero_()[(rows, *middles)] = weight


def _by_place(arguments: dict[str, Any] | list[Any]) -> list[Any]:
    return [] if isinstance(arguments, dict) else arguments


def _by_name(arguments: dict[str, Any] | list[Any]) -> dict[str, Any]:
    return arguments if isinstance(arguments, dict) else {}


# --- blocks and functions ---------------------------------------------------------------------------------------------


def blocks(
    submission: StudentModules, symbol: str, x: Tensor, names: list[str], values: list[int], factor: float
) -> dict[str, Any]:
    """Two blocks, the arguments of the first given by place and of the second by name: what they are, hold and compute.

    `outputs` are those for `x` with weights seeded by shape, `lengths` those of the gradients of what the blocks' layers, taken
    one by one, hold. `afterwards` has the outputs once the first one's parameters have been multiplied by `factor`.
    """
    both = [
        _filled(_made(submission, symbol, x, *values)),
        _filled(_made(submission, symbol, x, **dict(zip(names, values, strict=True)))),
    ]
    found = {
        "sequential": [isinstance(block, nn.Sequential) for block in both],
        "sizes": [nets.sizes(block, set()) for block in both],
        "outputs": [block(x.clone()) for block in both],
    }
    for output in found["outputs"]:
        if _differentiable(output):
            torch.autograd.backward(output.square().sum())
    found["lengths"] = [nets.gradient_lengths(_walked(block), set()) for block in both]
    with torch.no_grad():
        for parameter in both[0].parameters():
            parameter.mul_(factor)
        return found | {"afterwards": [block(x.clone()) for block in both]}


def _walked(block: nn.Module) -> nn.Module:
    """The layers that a walk through an nn.Sequential meets, and its own parameters; of another module, only the latter."""
    layers = nn.ModuleList(block if isinstance(block, nn.Sequential) else [])
    for name, parameter in block.named_parameters(recurse=False):
        layers.register_parameter(name, parameter)
    return layers


def pooled(submission: StudentModules, symbol: str, x: Tensor, direction: Tensor) -> dict[str, Any]:
    """A function's value, and the gradient of its product with `direction` with respect to `x`."""
    x = x.clone().requires_grad_()
    value = submission(symbol)(x)
    if _differentiable(value) and value.shape == direction.shape:
        torch.autograd.backward((value * direction).sum())
    return {"value": value, "gradient": x.grad}
