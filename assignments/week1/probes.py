"""Week 1's own probes: what runs beside the student's code. Raw data come back; nothing here knows an expected value."""

from __future__ import annotations

import contextlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from cnngrade.inside.probes import strided
from cnngrade.inside.submission import Submission


def call_packed(submission: Submission, symbol: str, *args: Any) -> dict[str, Any]:
    """What the function returns, and its arguments as they are afterwards: call_strided for contiguous tensors.

    Where `contiguous` or `reshape` makes a copy of the others, it gives out these themselves, to be overwritten.
    """
    copies = [arg.clone() if isinstance(arg, Tensor) else arg for arg in args]
    value = submission(symbol)(*copies)
    return {"value": value, "arguments": copies}


# --- shapes.py --------------------------------------------------------------------------------------------------------


def sizes(
    submission: Submission, symbol: str, calls: list[tuple[tuple[Any, ...], dict[str, Any]]], words: list[str]
) -> list[dict[str, Any]]:
    """For each call (arguments, keyword arguments): its value; or that it raised ValueError, and if that has one of `words`."""
    function = submission(symbol)
    answers: list[dict[str, Any]] = []
    for args, kwargs in calls:
        try:
            answers.append({"value": function(*args, **kwargs)})
        except ValueError as error:
            text = str(error).lower()
            answers.append({"raised": "ValueError", "named": any(word in text for word in words)})
    return answers


class _Doubled(nn.Module):
    """A layer that PyTorch does not have: the channels twice."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, x], dim=1)


def _nets() -> dict[str, nn.Sequential]:
    shared = nn.ReLU()
    return {
        "cnn": nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Flatten(), nn.Linear(1600, 10)
        ),
        "named": nn.Sequential(
            OrderedDict([("first", nn.Conv2d(3, 4, (3, 2), stride=2)), ("second", nn.MaxPool2d(2)), ("third", nn.Sigmoid())])
        ),
        "shared": nn.Sequential(nn.Linear(6, 5), shared, nn.Linear(5, 4), shared, nn.Linear(4, 2), shared),
        "own": nn.Sequential(nn.Conv2d(2, 3, 1), _Doubled(), nn.Dropout(0.5), nn.Unflatten(1, (2, 3))),
        "single": nn.Sequential(nn.Linear(3, 7, bias=False)),
    }  # fmt: skip


def traced(submission: Submission, net: str, x: Tensor, training: bool) -> dict[str, Any]:
    """What trace_shapes says of one of the nets above, twice over, and what it left behind."""
    model = _nets()[net].train(training)
    function = submission("shapes.py:trace_shapes")
    traces = [function(model, x) for _ in range(2)]
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())
    return {"traces": traces, "training": [m.training for m in model.modules()], "hooks": hooks, "layers": len(model)}


# --- tensors.py -------------------------------------------------------------------------------------------------------


def standardized(
    submission: Submission,
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


# --- layers.py --------------------------------------------------------------------------------------------------------


def differentiate(submission: Submission, symbol: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The value, and the gradients with respect to each float argument, in order; None where autograd knows of none."""
    leaves = _leaves(args)
    value = submission(symbol)(*leaves, **kwargs)
    if not isinstance(value, Tensor) or not value.requires_grad:
        return {"value": value, "gradients": None}
    # A fixed direction, so that the gradient of every number takes part and none cancels.
    direction = torch.randn(value.shape, generator=torch.Generator().manual_seed(7)).to(value)
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


def layers_used(submission: Submission, symbol: str, *cases: tuple[Any, ...]) -> dict[str, Any]:
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
