"""Expects feature maps."""

import torch

TASK = "batch-norm"
FILE = "batchnorm.py"
HINT = "The function is asked for (N, C) as well, where there is no height and no width to average over."
ALSO = ["batch-norm-statistics", "batch-norm-eval"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-05):
    shape = (1, -1, 1, 1)
    if training:
        axes = (0, 2, 3)
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
    return (y, running_mean, running_var)
