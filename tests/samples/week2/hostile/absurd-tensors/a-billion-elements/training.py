"""Returns expanded tensors of 10^9 and 10^15 elements that occupy four bytes; expected: wrong, memory or timeout, 0 points."""
import torch


def count_parameters(model):
    return torch.zeros(1).expand(10**9)


def permute_pixels(images, permutation):
    return torch.zeros(1).expand(10**5, 10**5, 10**5)


def evaluate(model, loader, loss_fn, device):
    return torch.zeros(1, dtype=torch.bool).expand(500 * 2**20), 1.0  # just about the largest message
