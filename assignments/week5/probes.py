"""Week 5's own probes: what runs beside the student's code. Raw data come back; nothing here knows an expected value.

Whether the convolutions of nets with batch norm have a bias is the student's choice: a batch norm takes it out again, and
on a shortcut it does what the shift of the block's last batch norm does already. So these probes set such biases to
zero and freeze them, and then ask the standard probes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnngrade.sandbox.inside import probes
from cnngrade.sandbox.inside.submission import StudentModules

Arguments = dict[str, Any] | list[Any] | tuple[Any, ...] | None  # of a constructor: by name, or by position


def normed_forward(
    submission: StudentModules,
    symbol: str,
    x: Tensor,
    arguments: Arguments = None,
    training: bool = False,
    calls: int = 1,
) -> dict[str, Any]:
    """As the standard probe `forward`, with the convolutions' biases zero."""
    return probes.forward(_Unbiased(submission, x, arguments), symbol, x, {}, training, calls)  # type: ignore[arg-type]


def normed_eval_after_training(
    submission: StudentModules, symbol: str, x: Tensor, arguments: Arguments = None, passes: int = 3
) -> Any:
    """As the standard probe `eval_after_training`, with the convolutions' biases zero."""
    return probes.eval_after_training(_Unbiased(submission, x, arguments), symbol, x, {}, passes)  # type: ignore[arg-type]


def normed_structure(
    submission: StudentModules, symbol: str, sample: Tensor, arguments: Arguments = None
) -> dict[str, Any]:
    """As the standard probe `structure`, without the convolutions' biases."""
    return probes.structure(_Unbiased(submission, sample, arguments), symbol, sample)  # type: ignore[arg-type]


def normed_strided(submission: StudentModules, symbol: str, x: Tensor, arguments: Arguments = None) -> dict[str, Any]:
    """In eval mode, for the same values in another order in memory: the outputs of two calls, and the input afterwards."""
    net = probes.build(_Unbiased(submission, x, arguments), symbol, {}, x).eval()  # type: ignore[arg-type]
    return _strided(net, x)


def strided_forward(submission: StudentModules, symbol: str, x: Tensor, arguments: Arguments = None) -> dict[str, Any]:
    """The same for a net without batch norm, whose biases count."""
    net = probes.build(submission, symbol, dict(arguments or {}), x).eval()
    return _strided(net, x)


def _strided(net: nn.Module, x: Tensor) -> dict[str, Any]:
    view = probes.strided(x)
    with torch.no_grad():
        return {"outputs": [net(view), net(view)], "input": view}


class _Unbiased:
    """A submission whose nets come with their convolutions' biases zero and frozen, sized by `sample`."""

    def __init__(self, submission: StudentModules, sample: Tensor, arguments: Arguments) -> None:
        self.submission, self.sample, self.arguments = submission, sample, arguments
        self.device = submission.device

    def __call__(self, symbol: str) -> Callable[[], Any]:
        constructor = self.submission(symbol)

        def construct() -> Any:
            given = self.arguments or {}
            net = constructor(**given) if isinstance(given, dict) else constructor(*given)
            if isinstance(net, nn.Module):
                _freeze_biases(net.to(self.sample.device), self.sample)
            return net

        return construct


def _freeze_biases(net: nn.Module, sample: Tensor) -> None:
    """Sets to zero the biases of convolutions, of layers or called by hand; those of the classifier stay.

    A linear layer that is laid over maps is a 1x1 convolution; a convolution that gives the logits is a classifier.
    """
    given: list[Any] = []

    class Biases(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            named = kwargs or {}
            if func in (nn.functional.conv2d, nn.functional.linear):
                x = args[0] if args else named.get("input")
                if isinstance(x, Tensor) and x.dim() > 2:
                    given.append(args[2] if len(args) > 2 else named.get("bias"))
            return func(*args, **named)

    net.eval()
    with torch.no_grad(), Biases():
        output = net(sample)
    net.train()
    given += [module.bias for module in net.modules() if isinstance(module, nn.modules.conv._ConvNd)]
    classes = output.shape[1] if isinstance(output, Tensor) and output.dim() == 2 else 0
    for bias in given:
        if isinstance(bias, nn.Parameter) and bias.requires_grad and bias.numel() != classes:
            with torch.no_grad():
                bias.zero_()
            bias.requires_grad_(False)
