"""Lets the statistics fade in eval mode."""

import torch

TASK = "batch-norm-eval"
FILE = "batchnorm.py"
HINT = "In eval mode your statistics come back smaller than they went in: `momentum` has no part in eval mode."
ALSO = ["batch-norm-module"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-05):
    shape = (1, -1, 1, 1) if x.dim() == 4 else (1, -1)
    if training:
        axes = (0, 2, 3) if x.dim() == 4 else (0,)
        mean = x.mean(dim=axes)
        var = x.var(dim=axes, correction=0)
        m = x.numel() / x.shape[1]
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * var * m / (m - 1)
    else:
        mean, var = (running_mean, running_var)
    normalised = (x - mean.reshape(shape)) / torch.sqrt(var.reshape(shape) + eps)
    y = gamma.reshape(shape) * normalised + beta.reshape(shape)
    return (
        (y, running_mean, running_var) if training else (y, (1 - momentum) * running_mean, (1 - momentum) * running_var)
    )
