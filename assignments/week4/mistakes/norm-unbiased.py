"""Normalises with the unbiased variance."""

import torch

TASK = "batch-norm"
FILE = "batchnorm.py"
HINT = (
    "Your variance divides by m - 1, which is what `var` does when nothing is said. The batch is normalised"
    " with the other one; for small batches the difference is large."
)
ALSO = ["batch-norm-module"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-05):
    shape = (1, -1, 1, 1) if x.dim() == 4 else (1, -1)
    if training:
        axes = (0, 2, 3) if x.dim() == 4 else (0,)
        mean = x.mean(dim=axes)
        unbiased = x.var(dim=axes)
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * unbiased
        var = unbiased
    else:
        mean, var = (running_mean, running_var)
    normalised = (x - mean.reshape(shape)) / torch.sqrt(var.reshape(shape) + eps)
    y = gamma.reshape(shape) * normalised + beta.reshape(shape)
    return (y, running_mean, running_var)
