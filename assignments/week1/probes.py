"""Week 1's own probes: what runs beside the student's code. Raw data come back; nothing here knows an expected value."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad
from torch.autograd.variable import Variable
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from cnngrade.sandbox.inside.probes import strided
from cnngrade.sandbox.inside.submission import StudentModules


def call_packed(submission: StudentModules, symbol: str, *args: Any) -> dict[str, Any]:
    """What the function returns, and its arguments as they are afterwards: call_strided for contiguous tensors.

    Where `contiguous` or `reshape` makes a copy of the others, it gives out these themselves, to be overwritten.
    """
    copies = [arg.clone() if isinstance(arg, Tensor) else arg for arg in args]
    value = submission(symbol)(*copies)
    return {"value": value, "arguments": copies}


# --- shapes.py --------------------------------------------------------------------------------------------------------


def sizes(
    submission: StudentModules, symbol: str, calls: list[tuple[tuple[Any, ...], dict[str, Any]]]
) -> list[dict[str, Any]]:
    """For each call (arguments, keyword arguments): its value; or that it raised ValueError, and the message's beginning."""
    function = submission(symbol)
    answers: list[dict[str, Any]] = []
    for args, kwargs in calls:
        try:
            answers.append({"value": function(*args, **kwargs)})
        except ValueError as error:
            answers.append({"raised": "ValueError", "message": str(error)[:300]})
    return answers


def asked_twice(submission: StudentModules, symbol: str, lists: list[list[Any]]) -> list[dict[str, Any]]:
    """For each list: what the function returns, what it returns when it is given the same list again, and the list then."""
    function = submission(symbol)
    return [{"value": function(each), "again": function(each), "list": each} for each in lists]


class _Doubled(nn.Module):
    """A layer that PyTorch does not have: the channels twice, the second time in a way that tells the mode and the hooks.

    They are multiplied by a factor for train mode or by one for eval mode, which grows with every hook in the net.
    """

    def __init__(self, training: float, evaluating: float, each_hook: float, hooks: Callable[[], int]) -> None:
        super().__init__()
        self.factors = {True: training, False: evaluating}
        self.each_hook, self.hooks = each_hook, hooks

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, x * (self.factors[self.training] + self.each_hook * self.hooks())], dim=1)


Described = tuple[str, str, tuple[Any, ...], dict[str, Any]]
"""A layer: its name in the net, its class in torch.nn, and with what to make it.

Two classes are none of torch.nn's: `same` is the layer at a place before, `own` a `_Doubled` whose class has a name of its own.
"""


def _net(layers: list[Described], weights: int) -> nn.Sequential:
    """The net of these layers; `weights` is the seed of its parameters."""
    net = nn.Sequential()
    for name, kind, args, kwargs in layers:
        if kind == "same":
            layer = net[args[0]]
        elif kind == "own":
            layer = type(args[0], (_Doubled,), {})(*args[1:], hooks=lambda: _hooks(net))
        else:
            layer = getattr(nn, kind)(*args, **kwargs)
        net.add_module(name, layer)
    generator = torch.Generator().manual_seed(weights)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.normal_(generator=generator)
    return net


def _hooks(net: nn.Module) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in net.modules())


def traced(
    submission: StudentModules, layers: list[Described], x: Tensor, training: bool = True, weights: int = 0
) -> dict[str, Any]:
    """What trace_shapes says of a net, twice over; and what the net computes then, whose state nobody should have changed."""
    net = _net(layers, weights).train(training)
    function = submission("shapes.py:trace_shapes")
    x = x.clone()
    traces = [function(net, x) for _ in range(2)]
    modes, hooks = [module.training for module in net.modules()], _hooks(net)
    torch.manual_seed(weights)  # for dropout
    output = net(x)
    gradients = None
    if output.requires_grad:
        torch.autograd.backward((output * output).sum())
        gradients = [parameter.grad for parameter in net.parameters()]
    return {"traces": traces, "training": modes, "hooks": hooks, "output": output, "gradients": gradients}


# --- tensors.py -------------------------------------------------------------------------------------------------------


def standardized(
    submission: StudentModules,
    images: Tensor,
    mean: float | tuple[float, ...],
    std: float | tuple[float, ...],
    gaps: bool = False,
) -> dict[str, Any]:
    """What standardize makes of the images, and the images afterwards; with `gaps` they are not contiguous.

    The page leaves open whether mean and std come as numbers or as tensors: a function that stumbles over one is given the
    other.
    """
    function = submission("tensors.py:standardize")
    images = strided(images) if gaps else images
    forms: list[Callable[[Any], Any]] = [
        lambda value: value,
        torch.tensor,
        lambda value: torch.tensor(value).reshape(-1),
    ]
    for index, form in enumerate(forms):
        try:
            value = function(images, form(mean), form(std))
            break
        except (TypeError, AttributeError, IndexError):
            if index == len(forms) - 1:
                raise
    return {"value": value, "images": images}


@contextlib.contextmanager
def _beginning_with(factor: float) -> Iterator[None]:
    """Autograd begins with `factor` where it would begin with 1, so that all gradients are `factor` times as long.

    Backpropagation is linear in what it begins with, whoever starts it: `backward`, `grad`, torch.func. So is the other
    direction, from the inputs to the outputs, which begins with what `make_dual` is given.
    """
    engine, make_dual = Variable._execution_engine, forward_ad.make_dual

    class Engine:
        def run_backward(self, outputs: Any, seeds: Any, *args: Any, **kwargs: Any) -> Any:
            seeds = tuple(seed * factor if isinstance(seed, Tensor) else seed for seed in seeds)
            return engine.run_backward(outputs, seeds, *args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            return getattr(engine, name)

    def scaled(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
        return make_dual(tensor, tangent * factor, level=level)

    Variable._execution_engine, forward_ad.make_dual = Engine(), scaled
    try:
        yield
    finally:
        Variable._execution_engine, forward_ad.make_dual = engine, make_dual


def differentiated_from(submission: StudentModules, symbol: str, factors: list[float]) -> list[Any]:
    """What the function returns, called for each of `factors` while autograd begins with it where it would begin with 1."""
    function = submission(symbol)
    answers = []
    for factor in factors:
        with _beginning_with(factor):
            answers.append(function())
    return answers


# --- layers.py --------------------------------------------------------------------------------------------------------


def differentiate(
    submission: StudentModules,
    symbol: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    direction: Tensor | None = None,
) -> dict[str, Any]:
    """The value, and the gradients with respect to each float argument, in order; None where autograd knows of none.

    They are the gradients of the value's scalar product with `direction`, or with ones.
    """
    leaves = _leaves(args)
    value = submission(symbol)(*leaves, **kwargs)
    if direction is None and isinstance(value, Tensor):
        direction = torch.ones_like(value)
    if not isinstance(value, Tensor) or not value.requires_grad or direction is None or value.shape != direction.shape:
        return {"value": value, "gradients": None}
    torch.autograd.backward((value * direction).sum())
    return {"value": value, "gradients": [x.grad for x in leaves if isinstance(x, Tensor) and x.is_floating_point()]}


def _leaves(args: tuple[Any, ...]) -> list[Any]:
    floats = [isinstance(arg, Tensor) and arg.is_floating_point() for arg in args]
    return [arg.clone().requires_grad_() if is_float else arg for arg, is_float in zip(args, floats, strict=True)]


# What is looked for in the names of what is called; the first that fits is reported.
WATCHED = [
    "conv",
    "pool",
    "relu",
    "sigmoid",
    "expit",
    "softmax",
    "cross_entropy",
    "nll_loss",
    "rnn",
    "gru",
    "lstm",
    "linear",
]
WATCHED += ["elu", "silu", "im2col", "col2im", "torch.nn.functional", "torch.nn.modules"]


def layers_used(submission: StudentModules, symbol: str, *cases: tuple[Any, ...]) -> dict[str, Any]:
    """Which of WATCHED occur in the names of what the function calls for these arguments, forward and backward.

    For each of the cases the values under all looks come along: they should not depend on being looked at.
    Three looks: functions as Python calls them, the operators they come to, and what is called of torch.nn by name.
    """
    function = submission(symbol)
    seen: set[str] = set()
    values: list[list[Any]] = []

    def note(name: str) -> None:
        found = next((word for word in WATCHED if word in name.lower()), None)
        if found is not None:
            seen.add(found)

    for args in cases:
        with _namesakes(note, str(submission.folder)):
            # What is wrong with the function itself shows here.
            values.append([function(*(arg.clone() if isinstance(arg, Tensor) else arg for arg in args))])
        for mode in (_Functions(note), _Operators(note)):
            with (
                contextlib.suppress(Exception),
                mode,
            ):  # a mode changes the rules a little; that is not the student's fault
                value = function(*_leaves(args))
                values[-1].append(value)
                if isinstance(value, Tensor) and value.requires_grad:
                    torch.autograd.backward(value.sum())
    # A layer is often called by way of others: F.max_pool2d is "pool", whatever stands in between.
    used = sorted(seen - {"torch.nn.functional", "torch.nn.modules"} or seen)
    return {"used": used, "values": values}


class _Functions(TorchFunctionMode):
    """Notes PyTorch's functions and methods as they are called from Python."""

    def __init__(self, note: Callable[[str], None]) -> None:
        super().__init__()
        self.note = note

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        module = getattr(func, "__module__", None) or "torch"
        name = getattr(func, "__qualname__", None) or getattr(func, "__name__", "")
        if module == "torch._C._nn":  # where the compiled part of torch.nn.functional says that it comes from
            module = "torch.nn.functional"
        own = (
            module.startswith("torch._ops.") and module != "torch._ops.aten"
        )  # an operator that the student registered
        if module.partition(".")[0] == "torch" and not own:
            self.note(f"{module}.{name}")
        return func(*args, **(kwargs or {}))


class _Operators(TorchDispatchMode):
    """Notes the operators that functions come to, whoever called them."""

    def __init__(self, note: Callable[[str], None]) -> None:
        super().__init__()
        self.note = note

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func.namespace in ("aten", "mkldnn"):
            self.note(str(func))
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def _namesakes(note: Callable[[str], None], folder: str) -> Iterator[None]:
    """Notes modules of torch.nn that are called, and functions of torch.nn.functional that only pass the call on."""

    def profile(frame: FrameType, event: str, _arg: Any) -> None:
        # Called from the student's own files: PyTorch may use its layers as it likes.
        if event == "call" and frame.f_globals.get("__name__") == "torch.nn.functional":
            caller = frame.f_back
            if caller is not None and caller.f_code.co_filename.startswith(folder):
                note(f"torch.nn.functional.{frame.f_code.co_name}")

    def before(module: nn.Module, _input: Any) -> None:
        if type(module).__module__.startswith("torch."):
            note(f"{type(module).__module__}.{type(module).__qualname__}")

    hook = register_module_forward_pre_hook(before)
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)
        hook.remove()
