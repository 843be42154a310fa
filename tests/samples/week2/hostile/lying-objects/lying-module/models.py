"""Nets that lie about their parameters, names and modules, or never let go of a weight; expected: wrong, 0 points."""
import torch
from torch import nn


class Liar(nn.Module):
    def __init__(self, **_sizes):
        super().__init__()
        self.real = nn.Linear(1, 10)

    def parameters(self, recurse=True):
        return iter([nn.Parameter(torch.zeros(61706))])

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        return iter([("weight", nn.Parameter(torch.zeros(61706)))])

    def modules(self):
        return iter([self])

    def state_dict(self, *_args, **_kwargs):
        return {}

    def __call__(self, x):
        return x.flatten(1)[:, :10] * 1.0


FullyConnected = SmallCNN = LeNet5 = CifarNet = VGG = Liar
