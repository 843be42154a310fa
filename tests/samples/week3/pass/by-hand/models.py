"""Convolution as unfold and a product, pooling as strided slices, 1x1 as einsum, dropout as a mask."""

import torch
from torch import nn
from torch.nn import functional as F


class Conv(nn.Module):
    def __init__(self, i, o, k, stride=1, padding=0):
        super().__init__()
        self.k, self.stride, self.padding = k, stride, padding
        self.kernel = nn.Parameter(torch.randn(o, i * k * k) * (2 / (i * k * k)) ** 0.5)
        self.offset = nn.Parameter(torch.zeros(o, 1))

    def forward(self, x):
        n, _, h, w = x.shape
        out_h, out_w = ((size + 2 * self.padding - self.k) // self.stride + 1 for size in (h, w))
        if self.k == 1 and self.stride == 1:
            patches = x.flatten(2)
        else:
            patches = F.unfold(x, self.k, padding=self.padding, stride=self.stride)
        out = torch.einsum("oc,ncp->nop", self.kernel, patches) + self.offset
        return out.maximum(out.new_zeros(())).reshape(n, -1, out_h, out_w)


class Dense(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.matrix = nn.Parameter((torch.rand(o, i) - 0.5).mul_(2 / i**0.5))
        self.shift = nn.Parameter(torch.zeros(o))

    def forward(self, x):
        return x @ self.matrix.T + self.shift


class Mask(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        keep = torch.bernoulli(torch.full_like(x, 1 - self.p))
        return x * keep / (1 - self.p)


class Pool(nn.Module):
    """Largest value of windows k x k at steps of s, windows that fit only."""

    def __init__(self, k, s):
        super().__init__()
        self.k, self.s = k, s

    def forward(self, x):
        for dim in (2, 3):
            count = (x.shape[dim] - self.k) // self.s + 1
            shifted = [x.narrow(dim, i, (count - 1) * self.s + 1) for i in range(self.k)]
            steps = torch.arange(0, (count - 1) * self.s + 1, self.s, device=x.device)
            x = torch.stack([part.index_select(dim, steps) for part in shifted]).amax(0)
        return x


class Head(nn.Module):
    def __init__(self, features, num_classes):
        super().__init__()
        self.one, self.two, self.three = Dense(features, 4096), Dense(4096, 4096), Dense(4096, num_classes)
        self.mask = Mask()

    def forward(self, x):
        x = torch.stack([image.reshape(-1) for image in x])
        x = self.mask(torch.clamp_min(self.one(x), 0))
        x = self.mask(torch.clamp_min(self.two(x), 0))
        return self.three(x)


class AlexNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.head = Head(6400, num_classes)
        self.body = nn.Sequential(
            *(Conv(in_channels, 96, 11, 4, 1), Pool(3, 2)),
            *(Conv(96, 256, 5, 1, 2), Pool(3, 2)),
            *(Conv(256, 384, 3, 1, 1), Conv(384, 384, 3, 1, 1), Conv(384, 256, 3, 1, 1), Pool(3, 2)),
        )

    def forward(self, x):
        return self.head(self.body(x))


def vgg_block(num_convs, in_channels, out_channels):
    first, *rest = [in_channels] + [out_channels] * (num_convs - 1)
    return nn.Sequential(*(Conv(i, out_channels, 3, padding=1) for i in (first, *rest)), Pool(2, 2))


class VGG11(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.head = Head(25088, num_classes)
        self.body = nn.Sequential(
            *(vgg_block(1, in_channels, 64), vgg_block(1, 64, 128), vgg_block(2, 128, 256)),
            *(vgg_block(2, 256, 512), vgg_block(2, 512, 512)),
        )

    def forward(self, x):
        return self.head(self.body(x))


def nin_block(in_channels, out_channels, kernel_size, stride, padding):
    conv = Conv(in_channels, out_channels, kernel_size, stride, padding)
    return nn.Sequential(conv, Conv(out_channels, out_channels, 1), Conv(out_channels, out_channels, 1))


def global_average_pool(x):
    return torch.einsum("nchw->nc", x) / (x.size(2) * x.size(3))


class NiN(nn.Module):
    def __init__(self, in_channels=1, num_classes=10):
        super().__init__()
        self.last = nin_block(384, num_classes, 3, 1, 1)
        self.body = nn.Sequential(
            *(nin_block(in_channels, 96, 11, 4, 0), Pool(3, 2)),
            *(nin_block(96, 256, 5, 1, 2), Pool(3, 2)),
            *(nin_block(256, 384, 3, 1, 1), Pool(3, 2)),
        )

    def forward(self, x):
        x = self.body(x)
        if self.training:
            x = 2 * x * (torch.rand(x.shape, device=x.device) < 0.5).to(x.dtype)
        return global_average_pool(self.last(x))
