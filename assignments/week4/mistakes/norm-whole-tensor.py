"""Normalises by one mean and one variance for all channels."""

import torch

TASK = "batch-norm"
FILE = "batchnorm.py"
HINT = "You have one mean for everything. Each channel has a mean and a variance of its own."
ALSO = ["batch-norm-module", "batch-norm-statistics"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-05):
    shape = (1, -1, 1, 1) if x.dim() == 4 else (1, -1)
    if training:
        mean = x.mean().expand(x.shape[1])
        var = x.var(correction=0).expand(x.shape[1])
        m = x.numel() / x.shape[1]
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * var * m / (m - 1)
    else:
        mean, var = (running_mean, running_var)
    normalised = (x - mean.reshape(shape)) / torch.sqrt(var.reshape(shape) + eps)
    y = gamma.reshape(shape) * normalised + beta.reshape(shape)
    return (y, running_mean, running_var)
