"""Every layer with its backward pass by hand."""

import torch
from torch.autograd import Function
from torch.nn.parameter import Parameter  # only for the annotation below


class _Linear(Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        ctx.save_for_backward(x, weight)
        return x.mm(weight.t()) + bias

    @staticmethod
    def backward(ctx, g):
        x, weight = ctx.saved_tensors
        return g.mm(weight), g.t().mm(x), g.sum(0)


def linear(x, weight: Parameter, bias=None):
    return _Linear.apply(x, weight, torch.zeros(len(weight)) if bias is None else bias)


class _ReLU(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.clone()
        y[x <= 0] = 0
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y.sign()


def relu(x):
    return _ReLU.apply(x)


class _Sigmoid(Function):
    @staticmethod
    def forward(ctx, x):
        y = (1 + (-x).exp()).reciprocal()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y * (1 - y)


def sigmoid(x):
    return _Sigmoid.apply(x)


def _rows(size, kernel, stride):
    return torch.arange(0, size - kernel + 1, stride)[:, None] + torch.arange(kernel)  # (out, kernel)


class _Conv2d(Function):
    """im2col by index tensors; backward scatters the columns back."""

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding):
        n, c, h, w = x.shape
        o, _, kh, kw = weight.shape
        frame = torch.zeros(n, c, h + 2 * padding, w + 2 * padding, dtype=x.dtype)
        frame[:, :, padding : padding + h, padding : padding + w] = x
        i, j = _rows(frame.shape[2], kh, stride), _rows(frame.shape[3], kw, stride)
        columns = frame[:, :, i[:, None, :, None], j[None, :, None, :]]  # (N, C, OH, OW, KH, KW)
        ctx.save_for_backward(columns, weight, i, j)
        ctx.shape, ctx.padding = (frame.shape, h, w), padding
        columns = columns.permute(0, 2, 3, 1, 4, 5).reshape(-1, c * kh * kw)
        y = columns @ weight.reshape(o, -1).t() + bias
        return y.reshape(n, len(i), len(j), o).permute(0, 3, 1, 2).contiguous()

    @staticmethod
    def backward(ctx, g):
        columns, weight, i, j = ctx.saved_tensors
        frame_shape, h, w = ctx.shape
        p = ctx.padding
        d_weight = torch.einsum("noij,ncijuv->ocuv", g, columns)
        d_columns = torch.einsum("noij,ocuv->ncijuv", g, weight)
        d_frame = torch.zeros(frame_shape, dtype=g.dtype)
        n, c = frame_shape[:2]
        index = (
            torch.arange(n)[:, None, None, None, None, None],
            torch.arange(c)[None, :, None, None, None, None],
            i[:, None, :, None],
            j[None, :, None, :],
        )
        d_frame.index_put_(index, d_columns, accumulate=True)
        return d_frame[:, :, p : p + h, p : p + w], d_weight, g.sum((0, 2, 3)), None, None


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if bias is None:
        bias = torch.zeros(weight.shape[0])
    return _Conv2d.apply(x, weight, bias, stride, padding)


def _cut(x, k, s):
    i, j = _rows(x.shape[2], k, s), _rows(x.shape[3], k, s)
    return x[:, :, i[:, None, :, None], j[None, :, None, :]]


def max_pool2d(x, kernel_size, stride=None):
    windows = _cut(x, kernel_size, kernel_size if stride is None else stride)
    flat = windows.reshape(*windows.shape[:4], -1)
    return torch.gather(flat, -1, flat.argmax(-1, keepdim=True)).squeeze(-1)


def avg_pool2d(x, kernel_size, stride=None):
    return _cut(x, kernel_size, kernel_size if stride is None else stride).mean((4, 5))


class _Softmax(Function):
    @staticmethod
    def forward(ctx, o, dim):
        e = (o - o.max(dim, keepdim=True)[0]).exp()
        y = e / e.sum(dim, keepdim=True)
        ctx.save_for_backward(y)
        ctx.dim = dim
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return y * (g - (g * y).sum(ctx.dim, keepdim=True)), None


def softmax(logits, dim):
    return _Softmax.apply(logits, dim)


class _CrossEntropy(Function):
    @staticmethod
    def forward(ctx, logits, target):
        shifted = logits - logits.max(1, keepdim=True)[0]
        log_p = shifted - shifted.exp().sum(1, keepdim=True).log()
        ctx.save_for_backward(log_p, target)
        return -log_p.gather(1, target[:, None]).mean()

    @staticmethod
    def backward(ctx, g):
        log_p, target = ctx.saved_tensors
        d = log_p.exp()
        d[torch.arange(len(target)), target] -= 1
        return g * d / len(target), None


def cross_entropy(logits, target):
    return _CrossEntropy.apply(logits, target)


def perceptron(x, weight, bias):
    total = (x.unsqueeze(-2) * weight).sum(-1) if weight.dim() == 2 else (x * weight).sum(-1)
    return torch.where(total + bias > 0, 1.0, 0.0)


def xor(x):
    at_least_one = perceptron(x, torch.tensor([1.0, 1.0]), torch.tensor(-0.5))
    both = perceptron(x, torch.tensor([1.0, 1.0]), torch.tensor(-1.5))
    return perceptron(torch.stack([at_least_one, both], dim=1), torch.tensor([1.0, -2.0]), torch.tensor(-0.5))


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh))
