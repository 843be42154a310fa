import torch
import torch.nn as nn


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if len(x.shape) == 2:
        if training:
            m = x.shape[0]
            mean = x.mean(dim=0)
            var = ((x - mean) ** 2).mean(dim=0)
            x_hat = (x - mean) / torch.sqrt(var + eps)
        else:
            x_hat = (x - running_mean) / torch.sqrt(running_var + eps)
        y = gamma * x_hat + beta
    else:
        if training:
            m = x.shape[0] * x.shape[2] * x.shape[3]
            mean = x.mean(dim=(0, 2, 3), keepdim=True)
            var = ((x - mean) ** 2).mean(dim=(0, 2, 3), keepdim=True)
            x_hat = (x - mean) / torch.sqrt(var + eps)
            mean = mean.view(-1)
            var = var.view(-1)
        else:
            mean = running_mean.reshape(1, -1, 1, 1)
            var = running_var.reshape(1, -1, 1, 1)
            x_hat = (x - mean) / torch.sqrt(var + eps)
        y = gamma.reshape(1, -1, 1, 1) * x_hat + beta.reshape(1, -1, 1, 1)
    if training:
        # updated in place
        running_mean.data = (1 - momentum) * running_mean.data + momentum * mean.data
        running_var.data = (1 - momentum) * running_var.data + momentum * (var.data * m / (m - 1))
    return y, running_mean, running_var


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.num_features = num_features
        self.momentum = momentum
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.register_buffer("moving_avg", torch.zeros(num_features))
        self.register_buffer("moving_sigma2", torch.ones(num_features))

    def forward(self, x):
        if self.training:
            y, m, v = batch_norm(
                x, self.weight, self.bias, self.moving_avg, self.moving_sigma2, True, self.momentum, self.eps
            )
            self.moving_avg = m
            self.moving_sigma2 = v
        else:
            y, _, _ = batch_norm(
                x, self.weight, self.bias, self.moving_avg, self.moving_sigma2, False, self.momentum, self.eps
            )
        return y
