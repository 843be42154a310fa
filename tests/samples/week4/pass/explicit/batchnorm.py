import torch
from torch import nn


class _BatchNorm(torch.autograd.Function):
    """The backward pass by hand, as in the paper."""

    @staticmethod
    def forward(ctx, x, gamma, beta, eps):
        n = len(x)
        mean = x.sum(0) / n
        centred = x - mean
        var = (centred * centred).sum(0) / n
        inverse = 1 / (var + eps).sqrt()
        normal = centred * inverse
        ctx.save_for_backward(normal, gamma, inverse)
        ctx.mark_non_differentiable(mean, var)
        return normal * gamma + beta, mean, var

    @staticmethod
    def backward(ctx, grad, _mean, _var):
        normal, gamma, inverse = ctx.saved_tensors
        n = len(normal)
        d_gamma, d_beta = (grad * normal).sum(0), grad.sum(0)
        d_x = gamma * inverse / n * (n * grad - d_beta - normal * d_gamma)
        return d_x, d_gamma, d_beta, None


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    if x.dim() == 4:
        n, c, h, w = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(n * h * w, c)
        y, mean, var = batch_norm(rows, gamma, beta, running_mean, running_var, training, momentum, eps)
        return y.reshape(n, h, w, c).permute(0, 3, 1, 2), mean, var
    if not training:
        y = (x - running_mean) * (running_var + eps).pow(-0.5) * gamma + beta
        return y, running_mean, running_var
    y, mean, var = _BatchNorm.apply(x, gamma, beta, eps)
    n = x.shape[0]
    running_mean = running_mean - momentum * (running_mean - mean)
    running_var = running_var - momentum * (running_var - var * n / (n - 1))
    return y, running_mean, running_var


class BatchNorm2d(nn.Module):
    running_mean: torch.Tensor
    running_var: torch.Tensor

    def __init__(self, num_features, momentum=0.1, eps=1e-5):
        super().__init__()
        shape = (1, num_features, 1, 1)
        self.gamma = nn.Parameter(torch.ones(shape))
        self.beta = nn.Parameter(torch.zeros(shape))
        self.register_buffer("running_mean", torch.zeros(shape))
        self.register_buffer("running_var", torch.ones(shape))
        self.register_buffer("batches", torch.zeros((), dtype=torch.long))
        self.momentum, self.eps = momentum, eps

    def forward(self, x):
        flat = [t.flatten() for t in (self.gamma, self.beta, self.running_mean, self.running_var)]
        y, mean, var = batch_norm(x, *flat, self.training, self.momentum, self.eps)
        if self.training:
            self.batches += 1
            self.running_mean.copy_(mean.view_as(self.running_mean))
            self.running_var.copy_(var.view_as(self.running_var))
        return y
