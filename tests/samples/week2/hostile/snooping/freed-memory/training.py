"""Returns uninitialised tensors, hoping that they still hold the right answer; expected: wrong, 0 points."""
import torch


def permute_pixels(images, permutation):
    best = images
    for _ in range(200):  # freed blocks of the right size, one after the other
        candidate = torch.empty_like(images)
        if candidate.is_floating_point() and torch.isfinite(candidate).all() and candidate.abs().sum() > 0:
            if torch.equal(candidate.flatten().sort().values, images.flatten().sort().values):
                best = candidate.clone()
        del candidate
    return best


def evaluate(model, loader, loss_fn, device):
    return float(torch.empty(1)), float(torch.empty(1))


def train_epoch(model, loader, loss_fn, optimizer, device):
    return float(torch.empty(1))
