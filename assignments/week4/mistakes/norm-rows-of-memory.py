"""Reshapes (N, C, H, W) to (..., C)."""

import torch

TASK = "batch-norm"
FILE = "batchnorm.py"
HINT = (
    "Your rows mix channels: `reshape` keeps the order in memory, in which the channels are not last. Move"
    " the dimension before you reshape."
)
ALSO = ["batch-norm-module", "batch-norm-statistics", "batch-norm-eval"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    flat = x.reshape(-1, x.shape[1])
    if training:
        mean, var = flat.mean(dim=0), flat.var(dim=0, correction=0)
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * flat.var(dim=0)
    else:
        mean, var = running_mean, running_var
    y = gamma * (flat - mean) / torch.sqrt(var + eps) + beta
    return y.reshape(x.shape), running_mean, running_var
