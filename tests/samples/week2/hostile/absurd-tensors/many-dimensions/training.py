"""Returns tensors of 64 dimensions, of no elements but 2^40 rows, nested and named ones; expected: wrong or crash, 0 points."""
import warnings

import torch

warnings.simplefilter("ignore")


def permute_pixels(images, permutation):
    return images.reshape([1] * 40 + [images.numel()])


def count_parameters(model):
    return torch.empty(2**40, 0, 2**20)


def evaluate(model, loader, loss_fn, device):
    return torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)]), torch.zeros(1, 1, names=("N", "C"))


def train_epoch(model, loader, loss_fn, optimizer, device):
    return [torch.zeros(0)] * 1_000
