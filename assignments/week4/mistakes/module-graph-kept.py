"""Updates its statistics inside the graph."""

import torch
from torch import nn

TASK = "batch-norm-module"
FILE = "batchnorm.py"
HINT = (
    "Your buffers require a gradient after a pass: each keeps the graph of the batch it was computed from,"
    " and memory grows."
)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, momentum=0.1, eps=1e-05):
        super().__init__()
        self.momentum = momentum
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(num_features))
        self.beta = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x):
        y, mean, var = batch_norm(
            x, self.gamma, self.beta, self.running_mean, self.running_var, self.training, self.momentum, self.eps
        )
        if self.training:
            mean = (1 - self.momentum) * self.running_mean + self.momentum * x.mean(dim=(0, 2, 3))
        self.running_mean, self.running_var = mean, var
        return y
