# week 1, everything in here
import torch
import torch.nn as nn
import torch.nn.functional as F  # not used any more
from math import floor


def conv2d_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    def two(a):
        return a if isinstance(a, tuple) else (a, a)

    (H, W), (KH, KW), (SH, SW), (PH, PW), (DH, DW) = two(input_size), two(kernel_size), two(stride), two(padding), two(dilation)
    OH = floor((H + 2 * PH - DH * (KH - 1) - 1) / SH) + 1
    OW = floor((W + 2 * PW - DW * (KW - 1) - 1) / SW) + 1
    if OH <= 0:
        raise ValueError('kernel_size too large (height)')
    if OW <= 0:
        raise ValueError('kernel_size too large (width)')
    return (OH, OW)


def pool2d_output_size(input_size, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    # just ask pytorch, on a fake image
    if isinstance(input_size, int):
        input_size = (input_size, input_size)
    try:
        out = nn.MaxPool2d(kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)(torch.zeros(1, 1, *input_size))
    except RuntimeError as e:
        raise ValueError('kernel_size or input_size: ' + str(e)) from e
    return out.shape[2], out.shape[3]


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    layer = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias, groups=groups)
    n = layer.weight.numel()
    if layer.bias is not None:
        n += layer.bias.numel()
    return n


def receptive_field(layers):
    r = 1
    j = 1
    for k, s in layers:
        r = r + (k - 1) * j
        j = j * s
    return r


def trace_shapes(net, x):
    table = []
    with torch.no_grad():
        for layer in net:
            x = layer(x)
            table.append((str(layer).split('(')[0], tuple(x.shape)))
    return table


def standardize(images, mean, std):
    x = images / 255
    if images.dim() == 4:
        m = torch.tensor(mean).view(1, -1, 1, 1)
        s = torch.tensor(std).view(1, -1, 1, 1)
        return (x - m) / s
    return (x - mean) / std


pick = lambda a, rows, columns: a[rows, columns]
above = lambda a, threshold: a[torch.where(a > threshold)]


def autograd_example():
    x = torch.ones(2, 2, requires_grad=True)
    y = x + 2
    z = 3 * y ** 2
    out = z.mean()
    out.backward()
    return out.item(), x.grad


def linear(x, weight, bias=None):
    out = torch.mm(x, torch.transpose(weight, 0, 1))
    if bias is not None:
        out = out + bias
    return out


def relu(x):
    zero = torch.tensor(0.)
    return torch.where(x < 0, zero, x)


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


def pad(x, p):
    N, C, H, W = x.shape
    out = torch.zeros(N, C, H + p + p, W + p + p)
    if p > 0:
        out[:, :, p:-p, p:-p] = x
    else:
        out[:, :, :, :] = x
    return out


def conv2d(x, weight, bias=None, stride=1, padding=0):
    x = pad(x, padding)
    KH, KW = weight.shape[2], weight.shape[3]
    rows = []
    for i in range(0, x.shape[2] - KH + 1, stride):
        row = []
        for j in range(0, x.shape[3] - KW + 1, stride):
            window = x[:, :, i:i + KH, j:j + KW].reshape(x.shape[0], -1)
            row.append(linear(window, weight.reshape(weight.shape[0], -1), bias))
        rows.append(torch.stack(row, dim=2))
    return torch.stack(rows, dim=2)


def pool(x, k, s, f):
    s = s or k
    return torch.stack([
        torch.stack([
            f(x[:, :, i:i + k, j:j + k].flatten(2)) for j in range(0, x.shape[3] - k + 1, s)
        ], 2) for i in range(0, x.shape[2] - k + 1, s)
    ], 2)


def max_pool2d(x, kernel_size, stride=None):
    return pool(x, kernel_size, stride, lambda w: w.max(2)[0])


def avg_pool2d(x, kernel_size, stride=None):
    return pool(x, kernel_size, stride, lambda w: w.sum(2) / kernel_size ** 2)


def softmax(logits, dim):
    m = logits.max(dim=dim, keepdim=True)[0]
    return torch.exp(logits - m) / torch.exp(logits - m).sum(dim=dim, keepdim=True)


def cross_entropy(logits, target):
    m = logits.max(dim=1)[0]
    lse = m + torch.log(torch.exp(logits - m[:, None]).sum(dim=1))
    losses = lse - logits[range(len(logits)), target]
    return losses.sum() / len(losses)


def perceptron(x, weight, bias):
    return ((x * weight).sum(1) + bias > 0).type(torch.float32) if weight.dim() == 1 else (x.mm(weight.T) + bias > 0).type(torch.FloatTensor)


def xor(x):
    OR = perceptron(x, torch.tensor([1., 1.]), torch.tensor(-0.5))
    NAND = perceptron(x, torch.tensor([-1., -1.]), torch.tensor(1.5))
    return perceptron(torch.cat([OR.reshape(-1, 1), NAND.reshape(-1, 1)], 1), torch.tensor([1., 1.]), torch.tensor(-1.5))


def rnn_cell(x, h, w_ih, b_ih, w_hh, b_hh):
    return torch.tanh(linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh))
