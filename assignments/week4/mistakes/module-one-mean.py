"""Keeps one mean and variance for all channels."""

import torch
from torch import nn

TASK = "batch-norm-module"
FILE = "batchnorm.py"
HINT = "Your buffers hold a single number. There is a mean and a variance for each channel."


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, momentum=0.1, eps=1e-05):
        super().__init__()
        self.momentum = momentum
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(num_features))
        self.beta = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(1))
        self.register_buffer("running_var", torch.ones(1))

    def forward(self, x):
        c = x.shape[1]
        y, mean, var = batch_norm(
            x,
            self.gamma,
            self.beta,
            self.running_mean.expand(c),
            self.running_var.expand(c),
            self.training,
            self.momentum,
            self.eps,
        )
        self.running_mean, self.running_var = mean.mean().reshape(1), var.mean().reshape(1)
        return y
