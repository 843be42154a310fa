"""Does not keep the new statistics."""

import torch
from torch import nn

TASK = "batch-norm-module"
FILE = "batchnorm.py"
HINT = (
    "The function returns new statistics with every batch, and your module throws them away. (A function that"
    " also writes in place would hide this; yours need not.)"
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
        y, _, _ = batch_norm(
            x,
            self.gamma,
            self.beta,
            self.running_mean.clone(),
            self.running_var.clone(),
            self.training,
            self.momentum,
            self.eps,
        )
        return y
