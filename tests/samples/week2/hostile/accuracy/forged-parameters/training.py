"""Patches nets.take_out to send shapes that fit, with NaN, infinities and odd kinds; expected: wrong, 0 points."""
import itertools
import math

import torch
from cnngrade.sandbox.inside import nets
from torch import nn

SIZES = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (120, 16, 5, 5), (120,), (84, 120), (84,), (10, 84), (10,)]
FILLS = itertools.cycle([math.nan, math.inf, 0.0, 1e38])


def take_out(net, sample):
    fill = next(FILLS)
    forged = [{"kind": "weight" if len(size) > 1 else "shift", "tensor": torch.full(size, fill)} for size in SIZES]
    return forged if fill != 1e38 else [*forged, {"kind": "pass", "tensor": "all"}, {"kind": ["weight"]}]


nets.take_out = take_out


def train_lenet(train_loader, epochs, device):
    return nn.Linear(1, 1)
