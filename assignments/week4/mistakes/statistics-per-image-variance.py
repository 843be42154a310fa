"""Averages the images' own variances."""

import torch

TASK = "batch-norm-statistics"
FILE = "batchnorm.py"
HINT = (
    "Your running variance is the mean of the variances of the single images, which leaves out how much the"
    " images differ from each other."
)
ALSO = ["batch-norm-module"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-05):
    shape = (1, -1, 1, 1) if x.dim() == 4 else (1, -1)
    if training:
        axes = (0, 2, 3) if x.dim() == 4 else (0,)
        mean = x.mean(dim=axes)
        var = x.var(dim=axes, correction=0)
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            spread = x.var(dim=(2, 3)).mean(dim=0) if x.dim() == 4 else x.var(dim=0)
            running_var = (1 - momentum) * running_var + momentum * spread
    else:
        mean, var = (running_mean, running_var)
    normalised = (x - mean.reshape(shape)) / torch.sqrt(var.reshape(shape) + eps)
    y = gamma.reshape(shape) * normalised + beta.reshape(shape)
    return (y, running_mean, running_var)
