"""Returns NaN and infinities, which compare equal to nothing or less than everything; expected: wrong, 0 points."""
import math

import torch


def permute_pixels(images, permutation):
    return torch.full(images.shape, math.nan)


def count_parameters(model):
    return math.nan


def evaluate(model, loader, loss_fn, device):
    return math.nan, math.inf


def train_epoch(model, loader, loss_fn, optimizer, device):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(math.nan)
    return -math.inf
