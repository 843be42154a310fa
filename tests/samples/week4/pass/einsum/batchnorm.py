import torch
from torch import nn


def batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    letters = "nchw"[: x.ndim]
    m = x.numel() // x.shape[1]
    if training:
        mean = torch.einsum(f"{letters}->c", x) / m
        centred = x - mean.reshape(-1, *[1] * (x.ndim - 2))
        var = torch.einsum(f"{letters},{letters}->c", centred, centred) / m
        # in place, on the caller's buffers
        running_mean.mul_(1 - momentum).add_(mean.detach(), alpha=momentum)
        running_var.mul_(1 - momentum).add_(var.detach(), alpha=momentum * m / (m - 1))
    else:
        centred = x - running_mean.reshape(-1, *[1] * (x.ndim - 2))
        var = running_var
    y = torch.einsum(f"{letters},c->{letters}", centred, gamma / (var + eps) ** 0.5)
    return y + beta.reshape(-1, *[1] * (x.ndim - 2)), running_mean, running_var


class BatchNorm2d(nn.Module):
    def __init__(self, num_features, momentum=0.1, eps=1e-5):
        super().__init__()
        self.g, self.b = nn.Parameter(torch.ones(num_features)), nn.Parameter(torch.zeros(num_features))
        self.register_buffer("statistics_mean", torch.zeros(num_features))
        self.register_buffer("statistics_var", torch.ones(num_features))
        self.numbers = (momentum, eps)

    def forward(self, x):
        return batch_norm(x, self.g, self.b, self.statistics_mean, self.statistics_var, self.training, *self.numbers)[0]
