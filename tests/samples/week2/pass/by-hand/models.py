import torch
from torch import nn


def conv_unfold(x, conv):
    """A convolution as one matrix product; the layer only keeps the weights."""
    n, _, h, w = x.shape
    k, p = conv.kernel_size[0], conv.padding[0]
    columns = nn.functional.unfold(x, k, padding=p)  # (N, C*k*k, positions)
    out = conv.weight.flatten(1) @ columns + conv.bias[:, None]
    return out.view(n, -1, h + 2 * p - k + 1, w + 2 * p - k + 1)


def halves(x):
    return x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]


def max_pool(x):
    a, b, c, d = halves(x)
    return torch.maximum(torch.maximum(a, b), torch.maximum(c, d))


def avg_pool(x):
    return sum(halves(x)) / 4


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.add_module("output", nn.Linear(hidden_size, output_size))
        self.add_module("second", nn.Linear(hidden_size, hidden_size))
        self.add_module("first", nn.Linear(input_size, hidden_size))

    def forward(self, x):
        x = torch.cat([image.reshape(1, -1) for image in x])
        x = torch.where((h := self.first(x)) > 0, h, 0.0)
        x = torch.where((h := self.second(x)) > 0, h, 0.0)
        x = self.output(x)
        x = x - x.max(dim=1, keepdim=True).values
        return x - x.exp().sum(dim=1, keepdim=True).log()


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        self.c1 = nn.Conv2d(1, feature_maps, 5)
        self.c2 = nn.Conv2d(feature_maps, feature_maps, 5)
        self.f1 = nn.Linear(feature_maps * 16, 50)
        self.f2 = nn.Linear(50, 10)

    def forward(self, x):
        x = max_pool(conv_unfold(x, self.c1).clamp_min(0))
        x = max_pool(conv_unfold(x, self.c2).clamp_min(0))
        x = self.f1(x.reshape(len(x), -1)).clamp_min(0)
        return nn.LogSoftmax(dim=1)(self.f2(x))


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c2 = nn.Conv2d(6, 16, 5)
        self.c3 = nn.Conv2d(16, 120, 5)
        self.f1 = nn.Linear(120, 84)
        self.f2 = nn.Linear(84, 10)

    def forward(self, x):
        x = avg_pool(torch.tanh(conv_unfold(x, self.c1)))
        x = avg_pool(torch.tanh(conv_unfold(x, self.c2)))
        x = torch.tanh(conv_unfold(x, self.c3)).reshape(-1, 120)
        return self.f2(torch.tanh(self.f1(x)))


class CifarNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 6, 5)
        self.c2 = nn.Conv2d(6, 16, 5)
        self.f = nn.Sequential(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))

    def forward(self, x):
        x = max_pool(torch.relu(conv_unfold(x, self.c1)))
        x = max_pool(torch.relu(conv_unfold(x, self.c2)))
        return self.f(x.reshape(x.shape[0], 400))


class Norm(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(n))
        self.beta = nn.Parameter(torch.zeros(n))
        self.register_buffer("running_mean", torch.zeros(n))
        self.register_buffer("running_var", torch.ones(n))

    def forward(self, x):
        if self.training:
            mean = x.mean((0, 2, 3))
            var = x.var((0, 2, 3), unbiased=False)
            m = x.numel() // x.shape[1]
            with torch.no_grad():
                self.running_mean += 0.1 * (mean - self.running_mean)
                self.running_var += 0.1 * (var * m / (m - 1) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.gamma / torch.sqrt(var + 1e-5)
        return (x - mean[:, None, None]) * scale[:, None, None] + self.beta[:, None, None]


class VGG(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        for i, o in [(3, 64), (64, 128), (128, 256), (256, 256), (256, 512), (512, 512), (512, 512), (512, 512)]:
            self.convs.append(nn.Conv2d(i, o, 3, padding=1))
            self.norms.append(Norm(o))
        self.linear = nn.Linear(512, 10)

    def forward(self, x):
        for conv, norm, pool in zip(self.convs, self.norms, [1, 1, 0, 1, 0, 1, 0, 1]):
            x = torch.relu(norm(conv(x)))
            if pool:
                x = max_pool(x)
        return self.linear(x.reshape(-1, 512))
