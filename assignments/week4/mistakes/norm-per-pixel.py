"""Normalises each pixel over the batch."""

import torch

TASK = "batch-norm"
FILE = "batchnorm.py"
HINT = (
    "You average over the batch only. In feature maps the pixels of a channel share their statistics, as they"
    " share the convolution's weights."
)
ALSO = ["batch-norm-module"]


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    shape = (1, -1, 1, 1) if x.dim() == 4 else (1, -1)
    axes = (0, 2, 3) if x.dim() == 4 else (0,)
    if training:
        mean = x.mean(dim=0, keepdim=True)
        var = x.var(dim=0, correction=0, keepdim=True)
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * x.mean(dim=axes)
            running_var = (1 - momentum) * running_var + momentum * x.var(dim=axes)
    else:
        mean, var = running_mean.reshape(shape), running_var.reshape(shape)
    normalised = (x - mean) / torch.sqrt(var + eps)
    return gamma.reshape(shape) * normalised + beta.reshape(shape), running_mean, running_var
