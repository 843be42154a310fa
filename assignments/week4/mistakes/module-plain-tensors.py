"""Keeps the running statistics as plain attributes."""

import torch
from torch import nn

TASK = "batch-norm-module"
FILE = "batchnorm.py"
HINT = (
    "Your running statistics are not part of the `state_dict`: they are lost when the model is saved, and"
    " stay behind when it moves to a GPU. A module has a way to own tensors that are not trained."
)


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, momentum=0.1, eps=1e-05):
        super().__init__()
        self.momentum = momentum
        self.eps = eps
        self.gamma = nn.Parameter(torch.ones(num_features))
        self.beta = nn.Parameter(torch.zeros(num_features))
        self.running_mean = torch.zeros(num_features)
        self.running_var = torch.ones(num_features)

    def forward(self, x):
        y, self.running_mean, self.running_var = batch_norm(
            x, self.gamma, self.beta, self.running_mean, self.running_var, self.training, self.momentum, self.eps
        )
        return y
