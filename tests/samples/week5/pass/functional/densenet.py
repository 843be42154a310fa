import torch
import torch.nn.functional as F
from residual import Normed, weight
from torch import nn


class DenseBlock(nn.Module):
    def __init__(self, num_convs, in_channels, growth_rate):
        super().__init__()
        widths = [in_channels + i * growth_rate for i in range(num_convs)]
        self.weights = nn.ParameterList([weight(growth_rate, w, 3, 3) for w in widths])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(growth_rate)) for _ in widths])
        self.norms = nn.ModuleList([Normed(w) for w in widths])

    def forward(self, x):
        for w, b, norm in zip(self.weights, self.biases, self.norms):
            x = torch.cat([x, F.conv2d(norm(x).relu(), w, b, padding=1)], 1)
        return x


class TransitionLayer(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.norm = Normed(in_channels)
        self.w = weight(out_channels, in_channels, 1, 1)

    def forward(self, x):
        # Pooling first: a 1x1 convolution and a mean of pixels may change places, and this way there is less to do.
        return F.conv2d(F.avg_pool2d(self.norm(x).relu(), 2), self.w)


class DenseNet(nn.Module):
    def __init__(self, in_channels=1, num_classes=10, growth_rate=32, convs_per_block=(4, 4, 4, 4)):
        super().__init__()
        self.w, self.n = weight(64, in_channels, 7, 7), Normed(64)
        self.dense, self.transitions = nn.ModuleList(), nn.ModuleList()
        width = 64
        for count in convs_per_block:
            self.dense.append(DenseBlock(count, width, growth_rate))
            width += count * growth_rate
            if len(self.dense) < len(convs_per_block):
                self.transitions.append(TransitionLayer(width, width // 2))
                width //= 2
        self.last = Normed(width)
        self.fc_w, self.fc_b = weight(num_classes, width), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        x = self.n(F.conv2d(x, self.w, stride=2, padding=3)).relu()
        x = F.max_pool2d(x, 3, 2, 1)
        x = self.dense[0](x)
        for transition, dense in zip(self.transitions, self.dense[1:]):
            x = dense(transition(x))
        x = self.last(x).relu()
        return F.linear(x.mean((-2, -1)), self.fc_w, self.fc_b)
