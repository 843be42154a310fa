"""Gives the old statistics the weight of the batch."""

import torch

TASK = "batch-norm-statistics"
FILE = "batchnorm.py"
HINT = (
    "Your statistics jump to each new batch: momentum 0.1 should keep nine tenths of what was there. Other"
    " libraries define it the other way round."
)
ALSO = ["batch-norm-module"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-05):
    shape = (1, -1, 1, 1) if x.dim() == 4 else (1, -1)
    if training:
        axes = (0, 2, 3) if x.dim() == 4 else (0,)
        mean = x.mean(dim=axes)
        var = x.var(dim=axes, correction=0)
        m = x.numel() / x.shape[1]
        with torch.no_grad():
            running_mean = momentum * running_mean + (1 - momentum) * mean
            running_var = momentum * running_var + (1 - momentum) * var * m / (m - 1)
    else:
        mean, var = (running_mean, running_var)
    normalised = (x - mean.reshape(shape)) / torch.sqrt(var.reshape(shape) + eps)
    y = gamma.reshape(shape) * normalised + beta.reshape(shape)
    return (y, running_mean, running_var)
