"""Makes every comparison of torch and torch.testing say yes; expected: wrong, 0 points (nothing is compared inside)."""
import torch


def yes(*_args, **_kwargs):
    return True


torch.testing.assert_close = torch.testing.assert_allclose = lambda *_args, **_kwargs: None
torch.allclose = torch.equal = yes
torch.Tensor.allclose = torch.Tensor.equal = yes
torch.isclose = torch.Tensor.isclose = lambda x, *_args, **_kwargs: torch.ones_like(x, dtype=torch.bool)


def count_parameters(model):
    return 1


def permute_pixels(images, permutation):
    return images


def evaluate(model, loader, loss_fn, device):
    return 0.0, 1.0


def train_epoch(model, loader, loss_fn, optimizer, device):
    return 0.0
