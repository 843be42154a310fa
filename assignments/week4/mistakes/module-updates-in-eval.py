"""Updates its statistics in eval mode too."""

import torch
from torch import nn

TASK = "batch-norm-module"
FILE = "batchnorm.py"
HINT = "A pass in eval mode moves your buffers: looking at test data changes the model."


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
        y, self.running_mean, self.running_var = batch_norm(
            x, self.gamma, self.beta, self.running_mean, self.running_var, self.training, self.momentum, self.eps
        )
        if not self.training:
            self.running_mean = 0.9 * self.running_mean + 0.1 * x.detach().mean(dim=(0, 2, 3))
            self.running_var = 0.9 * self.running_var + 0.1 * x.detach().var(dim=(0, 2, 3))
        return y
