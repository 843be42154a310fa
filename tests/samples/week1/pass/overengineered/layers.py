"""Layers as classes of their own; torch.nn only lends the base class and the types."""

from __future__ import annotations

import math
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import Module, Parameter  # noqa: F401


class Layer(Protocol):
    def __call__(self, x: Tensor) -> Tensor: ...


class Conv2d(nn.Module):
    """A convolution that borrows its weights."""

    def __init__(self, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> None:
        super().__init__()
        self._w, self._b, self.stride, self.pad = weight, bias, stride, padding

    def forward(self, x: Tensor) -> Tensor:
        x = ZeroPad(self.pad)(x)
        kh, kw = self._w.shape[-2:]
        rows, columns = ((size - k) // self.stride + 1 for size, k in zip(x.shape[-2:], (kh, kw), strict=True))
        out = x.new_zeros(())
        for u in range(kh):
            for v in range(kw):
                part = x[..., u : u + self.stride * (rows - 1) + 1 : self.stride, v : v + self.stride * (columns - 1) + 1 : self.stride]
                out = out + torch.matmul(self._w[:, :, u, v], part.flatten(2)).unflatten(2, (rows, columns))
        return out if self._b is None else out + self._b.view(-1, 1, 1)


class ZeroPad(nn.Module):
    def __init__(self, padding: int) -> None:
        super().__init__()
        self.padding = padding

    def forward(self, x: Tensor) -> Tensor:
        h, w = x.shape[-2:]
        p = self.padding
        rows, columns = torch.zeros(h + 2 * p, h), torch.zeros(w, w + 2 * p)
        rows[p : p + h] = torch.eye(h)
        columns[:, p : p + w] = torch.eye(w)
        return rows @ x @ columns


class Pool(nn.Module):
    def __init__(self, kernel: int, stride: int | None, how) -> None:
        super().__init__()
        self.kernel, self.stride, self.how = kernel, stride if stride is not None else kernel, how

    def forward(self, x: Tensor) -> Tensor:
        for dim in (2, 3):
            x = self.how(x.unfold(dim, self.kernel, self.stride), -1)
        return x


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return x.matmul(weight.t()) if bias is None else torch.addmm(bias, x, weight.t())


def relu(x: Tensor, *, threshold: float = 0.0) -> Tensor:
    return torch.where(x > threshold, x, torch.zeros((), dtype=x.dtype))


def sigmoid(x: Tensor) -> Tensor:
    return torch.where(x >= 0, 1 / (1 + torch.exp(-x.abs())), 1 - 1 / (1 + torch.exp(-x.abs())))


def conv2d(x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0) -> Tensor:
    return Conv2d(weight, bias, stride, padding)(x)


def max_pool2d(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    return Pool(kernel_size, stride, torch.amax)(x)


def avg_pool2d(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    return Pool(kernel_size, stride, torch.mean)(x)


def log_softmax(logits: Tensor, dim: int) -> Tensor:
    return logits - torch.logsumexp(logits, dim, keepdim=True)


def softmax(logits: Tensor, dim: int) -> Tensor:
    return log_softmax(logits - logits.detach().amax(dim, keepdim=True), dim).exp()


def cross_entropy(logits: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    losses = -log_softmax(logits, 1).take_along_dim(target[:, None], 1)
    return getattr(losses, reduction)()


class StepUnit(nn.Module):
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        return torch.gt(torch.inner(x, self.weight) + self.bias, 0).to(torch.float32)


def perceptron(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return StepUnit(weight, bias)(x)


def xor(x: Tensor) -> Tensor:
    or_, nand = (torch.tensor([1.0, 1.0]), -0.5), (torch.tensor([-1.0, -1.0]), 1.5)
    hidden = torch.stack([StepUnit(w, torch.tensor(b))(x) for w, b in (or_, nand)], dim=-1)
    return StepUnit(torch.ones(2), torch.tensor(-math.sqrt(2)))(hidden)


class RNNCell(nn.Module):
    def __init__(self, w_ih: Tensor, w_hh: Tensor, bias: Tensor) -> None:
        super().__init__()
        self._parts = (w_ih, w_hh, bias)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        w_ih, w_hh, bias = self._parts
        return torch.tanh(torch.addmm(torch.addmm(bias, x, w_ih.t()), h, w_hh.t()))


def rnn_cell(x: Tensor, h: Tensor, w_ih: Tensor, b_ih: Tensor, w_hh: Tensor, b_hh: Tensor) -> Tensor:
    return RNNCell(w_ih, w_hh, b_ih + b_hh)(x, h)
