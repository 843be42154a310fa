"""Normalises each image by itself."""

import torch

TASK = "batch-norm"
FILE = "batchnorm.py"
HINT = "Your statistics are those of each image. That is instance norm; batch norm averages over the batch as well."
ALSO = ["batch-norm-module"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    shape = (1, -1, 1, 1) if x.dim() == 4 else (1, -1)
    axes = (0, 2, 3) if x.dim() == 4 else (0,)
    if training:
        own = (2, 3) if x.dim() == 4 else (0,)
        mean = x.mean(dim=own, keepdim=True)
        var = x.var(dim=own, correction=0, keepdim=True)
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * x.mean(dim=axes)
            running_var = (1 - momentum) * running_var + momentum * x.var(dim=axes)
    else:
        mean, var = running_mean.reshape(shape), running_var.reshape(shape)
    normalised = (x - mean) / torch.sqrt(var + eps)
    return gamma.reshape(shape) * normalised + beta.reshape(shape), running_mean, running_var
