"""The standard probes: the few lines that run beside the student's code, for every week.

A probe takes the submission and plain data, and returns plain data: never a verdict, and never the expected value. A
week adds probes in `assignments/weekN/probes.py`. Symbols are written `file.py:Name`.
"""

from __future__ import annotations

import inspect
import math
from typing import Any

import torch
from torch import Tensor, nn

from cnngrade.sandbox.inside import nets
from cnngrade.sandbox.inside.errors import Unfit
from cnngrade.sandbox.inside.submission import StudentModules
from cnngrade.sandbox.inside.training import answers, trained, trained_answers

__all__ = [  # what a suite can ask for by name
    "answers",
    "call",
    "call_strided",
    "eval_after_training",
    "forward",
    "load_file",
    "signature",
    "structure",
    "trained",
    "trained_answers",
]


def load_file(submission: StudentModules, file: str) -> None:
    """Imports one of the week's files, so that no test is charged for the time of the import."""
    submission.module(file)


def call(submission: StudentModules, symbol: str, *args: Any, **kwargs: Any) -> Any:
    """Calls the function and returns its result."""
    return submission(symbol)(*args, **kwargs)


def call_strided(submission: StudentModules, symbol: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """Calls the function with non-contiguous tensors of the same values. Returns its result, and the tensors afterwards."""
    views = [strided(arg) if isinstance(arg, Tensor) else arg for arg in args]
    value = submission(symbol)(*views, **kwargs)
    return {"value": value, "arguments": views}


def strided(x: Tensor) -> Tensor:
    """Returns the same values in another order in memory, in which no two dimensions can be merged.

    A tensor of one dimension gets gaps instead.
    """
    # Code that calls `view` where `reshape` is needed fails on such a tensor.
    gaps = torch.stack([x, x], dim=-1)[..., 0]
    return gaps.transpose(0, -1).contiguous().transpose(0, -1) if x.dim() > 1 else gaps


def build(submission: StudentModules, symbol: str, arguments: dict[str, Any], sample: Tensor) -> nn.Module:
    """Returns a student's net with weights seeded by shape. A first forward pass gives lazy modules their sizes."""
    return _built(submission, symbol, arguments, sample)[0]


def _built(
    submission: StudentModules, symbol: str, arguments: dict[str, Any], sample: Tensor
) -> tuple[nn.Module, set[nn.Module]]:
    """Returns the net, and the convolutions whose bias is free."""
    constructor = submission(symbol)
    with nets.quick_to_make():
        net = constructor(**arguments)
    if not isinstance(net, nn.Module):
        raise Unfit(f"{symbol.partition(':')[2]}(...) is no nn.Module but a {type(net).__name__}")
    net.to(sample.device)
    if any(isinstance(p, nn.parameter.UninitializedParameter) for p in net.parameters()):
        net.eval()
        with torch.no_grad():
            net(sample)
        net.train()
    free = nets.free_biases_of_its_kind(net, symbol, arguments, sample)
    return nets.fill(net, free), free


def forward(
    submission: StudentModules,
    symbol: str,
    x: Tensor,
    arguments: dict[str, Any] | None = None,
    training: bool = False,
    calls: int = 1,
) -> dict[str, Any]:
    """Returns output, input gradient and how many parameters got no gradient, of a net with weights seeded by shape.

    With `calls` > 1 the net is called that often, in the given mode, before the pass that is reported. So a net that
    keeps something between calls shows it.
    """
    net = build(submission, symbol, arguments or {}, x).train(training)
    with torch.no_grad():
        for _ in range(calls - 1):
            # A copy, because the net may change its input in place.
            net(x.clone())
    x = x.clone().requires_grad_()
    output = net(x)
    if not isinstance(output, Tensor):
        return {"output": output, "input_gradient": None, "without_gradient": None}
    if not output.is_floating_point() or not output.requires_grad:
        return {"output": output, "input_gradient": None, "without_gradient": len(list(net.parameters()))}
    torch.autograd.backward((output * _direction(output)).sum())
    return {
        "output": output,
        "input_gradient": x.grad,
        "without_gradient": sum(p.grad is None for p in net.parameters() if p.requires_grad),
    }


def _direction(output: Tensor) -> Tensor:
    """Returns a fixed direction for the gradient. With it every output takes part and no outputs cancel."""
    return torch.randn(output.shape, generator=torch.Generator().manual_seed(7)).to(output.device)


def eval_after_training(
    submission: StudentModules, symbol: str, x: Tensor, arguments: dict[str, Any] | None = None, passes: int = 3
) -> Any:
    """Returns the output in eval mode after some forward passes in train mode, which shows the running statistics."""
    net = build(submission, symbol, arguments or {}, x).train()
    with torch.no_grad():
        # Batches of different scale, so that the result shows how each of them counts.
        for scale in range(1, passes + 1):
            net(x * scale)
        return net.eval()(x)


def structure(
    submission: StudentModules, symbol: str, sample: Tensor, arguments: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Returns how many trainable parameters a net has, their sizes, and the lengths of their gradients, without free biases.

    Sizes are written as `nets.canonical` does. The gradients are those for `sample` in eval mode.
    """
    net, free = _built(submission, symbol, arguments or {}, sample)
    sizes = nets.sizes(net, free)
    output = net.eval()(sample)
    if isinstance(output, Tensor) and output.is_floating_point() and output.requires_grad:
        torch.autograd.backward((output * _direction(output)).sum())
    return {
        "parameters": sum(math.prod(size) for size in sizes),
        "sizes": sizes,
        "lengths": nets.gradient_lengths(net, free),
    }


def signature(submission: StudentModules, symbol: str) -> list[str]:
    """Returns the names of the parameters of a function, or of a class's constructor."""
    return list(inspect.signature(submission(symbol)).parameters)
