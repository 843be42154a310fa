"""Week 4's own probes: what runs beside the student's code. Raw data come back; nothing here knows an expected value."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from cnngrade.sandbox.inside import nets, probes
from cnngrade.sandbox.inside import training as standard
from cnngrade.sandbox.inside.errors import Unfit
from cnngrade.sandbox.inside.submission import StudentModules

# --- inception.py: trained parameters, whatever the order of the paths ------------------------------------------------
#
# A block's paths hold several layers of one shape, and a forward pass may compute the paths in any order. So parameters
# travel in an order of their own: those of one shape by the size of their gradient in a net with weights seeded by shape,
# which depends on the function that the net computes, and on nothing else.


def trained(submission: StudentModules, data: dict[str, Any]) -> dict[str, Any]:
    """The standard probe of this name, with the parameters in that order."""
    run = standard.trained(submission, data)
    order = _order(submission, data["net"])
    return run | {"parameters": [run["parameters"][place] for place in order]}


def answers(
    submission: StudentModules, symbol: str, parameters: list[dict[str, Any]], images: Tensor, mean: float | list[float],
    std: float | list[float],
) -> Tensor:  # fmt: skip
    """The standard probe of this name, for parameters that come in that order."""
    order = _order(submission, symbol)
    if len(order) == len(parameters):
        parameters = [
            parameter for _, parameter in sorted(zip(order, parameters, strict=True), key=lambda pair: pair[0])
        ]
    return standard.answers(submission, symbol, parameters, images, mean, std)


def _order(submission: StudentModules, symbol: str) -> list[int]:
    """Where each parameter stands among those that `nets.take_out` gives, smallest first."""
    sample = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(3)).to(submission.device)
    net = probes.build(submission, symbol, {}, sample)
    output = net(sample)
    direction = torch.randn(output.shape, generator=torch.Generator().manual_seed(4)).to(output.device)
    torch.autograd.backward((output * direction).sum())
    for parameter in net.parameters():
        parameter.data = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
    marks = [
        (item["kind"], nets.canonical(item["tensor"].shape), float(item["tensor"].abs().sum()))
        for item in nets.take_out(net, sample)
    ]
    return sorted(range(len(marks)), key=lambda place: marks[place])


# --- batchnorm.py -----------------------------------------------------------------------------------------------------


def normalised(
    submission: StudentModules, x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, direction: Tensor,
    *args: Any, **kwargs: Any,
) -> dict[str, Any]:  # fmt: skip
    """What batch_norm returns, the gradients of (y * direction).sum(), and x, gamma and beta as they are afterwards."""
    leaves = {name: given.clone().requires_grad_() for name, given in (("x", x), ("gamma", gamma), ("beta", beta))}
    batch_norm = submission("batchnorm.py:batch_norm")
    y, statistics = _parts(batch_norm(*leaves.values(), mean.clone(), var.clone(), *args, **kwargs))
    if isinstance(y, Tensor) and y.requires_grad and y.shape == direction.shape:
        torch.autograd.backward((y * direction).sum())
    return {
        "y": y,
        "running": statistics,
        "recorded": _recorded(statistics),
        "gradients": {name: leaf.grad for name, leaf in leaves.items() if leaf.grad is not None},
        "arguments": {name: leaf.detach() for name, leaf in leaves.items()},
    }


def normalised_in_turn(
    submission: StudentModules, x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, other: Tensor,
    modes: list[bool], momentum: float = 0.1, strided: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """A call of batch_norm for each of `modes` with the same tensors, and with the statistics that the call before returned.

    The first call is of x, any other of `other` times x as it is by then: what was changed in place shows there. `strided`
    tensors have their values in another order in memory. Reports every y, the last statistics, and x, gamma and beta
    afterwards.
    """
    given = {"x": x, "gamma": gamma, "beta": beta}
    given = {name: probes.strided(value) if strided else value.clone() for name, value in given.items()}
    batch_norm = submission("batchnorm.py:batch_norm")
    outputs: list[Any] = []
    statistics: dict[str, Any] = {"mean": mean.clone(), "variance": var.clone()}
    for training in modes:
        batch = given["x"] * other if outputs else given["x"]
        tensors = batch, given["gamma"], given["beta"], *statistics.values()
        y, statistics = _parts(batch_norm(*tensors, training, momentum=momentum))
        outputs.append(y)
    return {"outputs": outputs, "running": statistics, "arguments": given}


def statistics_in_a_loss(
    submission: StudentModules, x: Tensor, gamma: Tensor, beta: Tensor, mean: Tensor, var: Tensor, direction: Tensor
) -> dict[str, Any]:
    """The gradient for x of a loss: x times constants, which are `direction` times x, and the statistics that come back."""
    constants = direction * x
    x = x.clone().requires_grad_()
    _, statistics = _parts(submission("batchnorm.py:batch_norm")(x, gamma, beta, mean.clone(), var.clone(), True))
    loss = (constants * x).sum()
    for value in statistics.values():
        loss = loss + (value.sum() if isinstance(value, Tensor) else 0)
    torch.autograd.backward(loss)
    return {"recorded": _recorded(statistics), "gradient": x.grad}


def _recorded(statistics: dict[str, Any]) -> list[str]:
    return [name for name, value in statistics.items() if isinstance(value, Tensor) and value.requires_grad]


def _parts(result: Any) -> tuple[Any, dict[str, Any]]:
    if not isinstance(result, tuple | list) or len(result) != 3:
        count = f" of {len(result)}" if isinstance(result, tuple | list) else ""
        raise Unfit(f"expected (y, running_mean, running_var), got a {type(result).__name__}{count}")
    y, mean, var = result
    return y, {"mean": mean, "variance": var}


def module_run(
    submission: StudentModules, args: list[Any], kwargs: dict[str, Any], batches: list[Tensor], modes: list[bool],
    rate: float,
) -> dict[str, Any]:  # fmt: skip
    """A new BatchNorm2d is trained on the batches for which `modes` says so, by gradient descent; the others it only sees.

    Reports every output and input gradient, and the module's state at the end.
    """
    module = _module(submission, args, kwargs)
    outputs, gradients, unchanged = [], [], []
    for number, (batch, training) in enumerate(zip(batches, modes, strict=True)):
        x = batch.clone().requires_grad_()
        output = module.train(training)(x)
        outputs.append(output)
        direction = torch.randn(batch.shape, generator=torch.Generator().manual_seed(number))
        if isinstance(output, Tensor) and output.requires_grad and output.shape == batch.shape:
            torch.autograd.backward((output * direction).sum())
        gradients.append(x.grad)
        unchanged.append(torch.equal(x.detach(), batch))
        with torch.no_grad():
            for parameter in module.parameters():
                if training and parameter.grad is not None:
                    parameter -= rate * parameter.grad
                parameter.grad = None
    return {"outputs": outputs, "gradients": gradients, "unchanged": unchanged, **_state(module)}


def module_kept(submission: StudentModules, x: Tensor, other: Tensor) -> dict[str, Any]:
    """A new module sees x in eval mode and in train mode, then `other` times x, as it is by then, in eval mode again.

    Reports the outputs, and the gradient for x of the sum of the last two's squares, in which the buffers are constants.
    """
    module = _module(submission, [x.shape[1]], {})
    x = x.clone().requires_grad_()
    with torch.no_grad():  # the pass in train mode may change in place what this one would keep for its gradient
        outputs = [module.eval()(x)]
    outputs.append(module.train()(x))
    outputs.append(module.eval()(x * other))
    squares = [output.square().sum() for output in outputs if isinstance(output, Tensor) and output.requires_grad]
    if squares:
        torch.autograd.backward(torch.stack(squares).sum())
    return {"outputs": outputs, "gradient": x.grad, "recorded": _state(module)["recorded"]}


def module_reloaded(submission: StudentModules, batches: list[Tensor], x: Tensor) -> dict[str, Any]:
    """Eval mode on `x`: of a module that has seen `batches` in train mode, of another with its state, and of a new one."""
    channels = x.shape[1]
    seen, restored, new = (_module(submission, [channels], {}) for _ in range(3))
    with torch.no_grad():
        for batch in batches:
            seen.train()(batch.clone())
        restored.load_state_dict(seen.state_dict())
        names = ("seen", "restored", "new")
        modules = (seen, restored, new)
        return {name: module.eval()(x.clone()) for name, module in zip(names, modules, strict=True)}


def _module(submission: StudentModules, args: Any, kwargs: dict[str, Any]) -> nn.Module:
    module = submission("batchnorm.py:BatchNorm2d")(*args, **kwargs)
    if not isinstance(module, nn.Module):
        raise Unfit(f"BatchNorm2d(...) is no nn.Module but a {type(module).__name__}")
    return module


def _state(module: nn.Module) -> dict[str, Any]:
    """Parameters and buffers as flat tensors, without their names; `kept` are the buffers that the state_dict has."""
    state, parameters = module.state_dict(), dict(module.named_parameters())
    buffers = {name: buffer for name, buffer in module.named_buffers() if buffer.is_floating_point()}
    return {
        "parameters": [parameter.detach().flatten() for parameter in parameters.values() if parameter.requires_grad],
        "buffers": [buffer.detach().flatten() for buffer in buffers.values()],
        "kept": [state[name].detach().flatten() for name in buffers if name in state],
        "recorded": any(buffer.requires_grad for buffer in buffers.values()),
    }
