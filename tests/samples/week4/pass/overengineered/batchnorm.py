from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Result(NamedTuple):
    y: Tensor
    running_mean: Tensor
    running_var: Tensor


class Moments(NamedTuple):
    mean: Tensor
    var: Tensor
    count: int


def moments(x: Tensor) -> Moments:
    axes = [axis for axis in range(x.dim()) if axis != 1]
    mean = torch.mean(x, dim=axes)
    var = torch.mean((x - spread(mean, x)).square(), dim=axes)
    return Moments(mean, var, x.numel() // x.size(1))


def spread(values: Tensor, like: Tensor) -> Tensor:
    return values[(None, ...) + (None,) * (like.dim() - 2)]


def batch_norm(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Result:
    if training:
        current = moments(x)
        bessel = current.count / max(current.count - 1, 1)
        mean = running_mean.lerp(current.mean.detach(), momentum)
        var = running_var.lerp(current.var.detach() * bessel, momentum)
    else:
        current = Moments(running_mean, running_var, 0)
        mean, var = running_mean.detach(), running_var.detach()
    y = (x - spread(current.mean, x)) * spread((current.var + eps).rsqrt(), x)
    return Result(torch.addcmul(spread(beta, x), spread(gamma, x), y), mean, var)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features: int, momentum: float = 0.1, eps: float = 1e-5, device=None, dtype=None) -> None:
        super().__init__()
        options = {"device": device, "dtype": dtype}
        self.num_features, self.momentum, self.eps = num_features, momentum, eps
        self.register_parameter("weight", nn.Parameter(torch.empty(num_features, **options)))
        self.register_parameter("bias", nn.Parameter(torch.empty(num_features, **options)))
        self.register_buffer("running_mean", torch.empty(num_features, **options))
        self.register_buffer("running_var", torch.empty(num_features, **options))
        self.register_buffer("num_batches_tracked", torch.tensor(0))
        self.reset()

    def reset(self) -> None:
        nn.init.ones_(self.weight)
        nn.init.zeros_(self.bias)
        self.running_mean.zero_()
        self.running_var.fill_(1.0)

    def extra_repr(self) -> str:
        return f"{self.num_features}, momentum={self.momentum}, eps={self.eps}"

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() != 4:
            raise ValueError(f"x: expected 4 dimensions, got {x.dim()}")
        result = batch_norm(
            x=x,
            gamma=self.weight,
            beta=self.bias,
            running_mean=self.running_mean,
            running_var=self.running_var,
            training=self.training,
            momentum=self.momentum,
            eps=self.eps,
        )
        if self.training:
            self.num_batches_tracked.add_(1)
            with torch.no_grad():
                self.running_mean[:] = result.running_mean
                self.running_var[:] = result.running_var
        return result.y
