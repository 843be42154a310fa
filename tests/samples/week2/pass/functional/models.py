"""Weights are plain parameters; the layers are torch.nn.functional."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def weight(*shape):
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    return nn.Parameter(torch.empty(shape).uniform_(-bound, bound))


def bias(size):
    return nn.Parameter(torch.zeros(size))


class FullyConnected(nn.Module):
    def __init__(self, input_size=784, hidden_size=8, output_size=10):
        super().__init__()
        self.w1, self.b1 = weight(hidden_size, input_size), bias(hidden_size)
        self.w2, self.b2 = weight(hidden_size, hidden_size), bias(hidden_size)
        self.w3, self.b3 = weight(output_size, hidden_size), bias(output_size)

    def forward(self, x):
        h = x.flatten(start_dim=1)
        h = (h @ self.w1.T + self.b1).clamp(min=0)
        h = (h @ self.w2.T + self.b2).clamp(min=0)
        h = h @ self.w3.T + self.b3
        return h - h.logsumexp(dim=1, keepdim=True)


class SmallCNN(nn.Module):
    def __init__(self, feature_maps=6):
        super().__init__()
        f = feature_maps
        self.k1, self.b1 = weight(f, 1, 5, 5), bias(f)
        self.k2, self.b2 = weight(f, f, 5, 5), bias(f)
        self.w3, self.b3 = weight(50, 16 * f), bias(50)
        self.w4, self.b4 = weight(10, 50), bias(10)

    def forward(self, x):
        x = F.max_pool2d(F.conv2d(x, self.k1, self.b1), 2).relu()  # ReLU and max commute
        x = F.max_pool2d(F.conv2d(x, self.k2, self.b2), 2).relu()
        x = F.relu(F.linear(x.flatten(1), self.w3, self.b3))
        return F.linear(x, self.w4, self.b4).log_softmax(-1)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.k1, self.b1 = weight(6, 1, 5, 5), bias(6)
        self.k2, self.b2 = weight(16, 6, 5, 5), bias(16)
        self.k3, self.b3 = weight(120, 16, 5, 5), bias(120)
        self.w4, self.b4 = weight(84, 120), bias(84)
        self.w5, self.b5 = weight(10, 84), bias(10)

    def forward(self, x):
        x = F.avg_pool2d(F.conv2d(x, self.k1, self.b1, padding="same").tanh(), 2)
        x = F.avg_pool2d(F.conv2d(x, self.k2, self.b2).tanh(), 2)
        x = F.conv2d(x, self.k3, self.b3).tanh()[:, :, 0, 0]
        x = F.linear(x, self.w4, self.b4).tanh()
        return F.linear(x, self.w5, self.b5)


class CifarNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.kernels = nn.ParameterList([weight(6, 3, 5, 5), weight(16, 6, 5, 5)])
        self.matrices = nn.ParameterList([weight(120, 400), weight(84, 120), weight(10, 84)])
        self.biases = nn.ParameterList([bias(n) for n in (6, 16, 120, 84, 10)])

    def forward(self, x):
        for k, b in zip(self.kernels, self.biases[:2]):
            x = F.max_pool2d(F.relu(F.conv2d(x, k, b)), 2)
        x = x.flatten(1)
        for i, (w, b) in enumerate(zip(self.matrices, self.biases[2:])):
            x = F.linear(x if i == 0 else x.relu(), w, b)
        return x


class ConvNormReLU(nn.Module):
    """The bias of the convolution is left out: the batch norm takes it away again."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = weight(outputs, inputs, 3, 3)
        self.gamma, self.beta = nn.Parameter(torch.ones(outputs)), bias(outputs)
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("var", torch.ones(outputs))

    def forward(self, x):
        x = F.conv2d(x, self.kernel, padding=1)
        return F.batch_norm(x, self.mean, self.var, self.gamma, self.beta, training=self.training).relu()


class VGG(nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [3, 64, 128, 256, 256, 512, 512, 512, 512]
        self.convs = nn.ModuleList(map(ConvNormReLU, sizes, sizes[1:]))
        self.w, self.b = weight(10, 512), bias(10)

    def forward(self, x):
        for i, conv in enumerate(self.convs):
            x = conv(x)
            if i in {0, 1, 3, 5, 7}:
                x = F.max_pool2d(x, 2)
        return F.linear(x.mean((2, 3)), self.w, self.b)  # 1x1 by now: the mean is the pixel
