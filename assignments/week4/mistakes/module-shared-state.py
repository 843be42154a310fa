"""Keeps its running statistics on the class."""

import torch
from torch import nn

TASK = "batch-norm-module"
FILE = "batchnorm.py"
HINT = (
    "What one of your modules measures, the others know too: they all share what belongs to the class. Each"
    " module needs tensors of its own, and they should be saved with it."
)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, momentum=0.1, eps=1e-05):
        super().__init__()
        self.momentum = momentum
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(num_features))
        self.beta = nn.Parameter(torch.zeros(num_features))
        BatchNorm2d.running_mean = torch.zeros(num_features)
        BatchNorm2d.running_var = torch.ones(num_features)

    def forward(self, x):
        y, BatchNorm2d.running_mean, BatchNorm2d.running_var = batch_norm(
            x, self.gamma, self.beta, self.running_mean, self.running_var, self.training, self.momentum, self.eps
        )
        return y
