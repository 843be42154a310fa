"""Week 4, batch normalisation (Ioffe and Szegedy, 2015): the function, and the module that remembers."""

import torch
from torch import nn


def batch_norm(
    x: torch.Tensor,
    gamma: torch.Tensor,
    beta: torch.Tensor,
    running_mean: torch.Tensor,
    running_var: torch.Tensor,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Normalise every channel of `x`, then scale it by `gamma` and shift it by `beta`.

    `x` is (N, C) or (N, C, H, W); `gamma`, `beta`, `running_mean` and `running_var` are (C,). Returns (y, running_mean,
    running_var): y has the shape of `x`, the running statistics are those to use from now on.

        y = gamma * (x - mean) / sqrt(var + eps) + beta        for each channel

    `training` true: mean and var are those of this batch, over everything but the channels, with the biased variance
    (the sum of squares divided by m, the number of values of a channel). The running statistics become

        running = (1 - momentum) * running + momentum * batch statistic

    with the unbiased variance (divided by m - 1) this time, as PyTorch does (Ioffe and Szegedy, algorithm 2). The
    gradient of y flows through the batch's mean and variance; the returned running statistics carry no gradient.

    `training` false: mean and var are the running statistics, which are returned as they are.

    `x`, `gamma` and `beta` stay as they were.
    """
    raise NotImplementedError("TODO: batch_norm")


class BatchNorm2d(nn.Module):
    """Batch normalisation of feature maps (N, num_features, H, W), with `batch_norm` above.

    Two parameters of num_features numbers, the scale (it starts as ones) and the shift (zeros), and two buffers, the
    running mean (zeros) and the running variance (ones). In train mode a pass normalises with the batch's statistics and
    updates the buffers; in eval mode it normalises with the buffers and leaves them alone. Parameters and buffers are
    part of the `state_dict`.
    """

    def __init__(self, num_features: int, momentum: float = 0.1, eps: float = 1e-5) -> None:
        super().__init__()
        raise NotImplementedError("TODO: BatchNorm2d.__init__")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, num_features, H, W) to the same shape."""
        raise NotImplementedError("TODO: BatchNorm2d.forward")
