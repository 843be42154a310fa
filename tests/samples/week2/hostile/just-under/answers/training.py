"""Answers just under the limits of size, depth and count: 60 MB, 31 levels, 190,000 values; expected: wrong, 0 points."""
import torch


def count_parameters(model):
    return torch.zeros(15 * 2**20)


def permute_pixels(images, permutation):
    deep = 1
    for _ in range(31):
        deep = [deep]
    return deep


def evaluate(model, loader, loss_fn, device):
    return [0.0] * 190_000


def train_epoch(model, loader, loss_fn, optimizer, device):
    return {str(number): {} for number in range(90_000)}
