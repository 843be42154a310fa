"""Replaces Tensor.__eq__, __ne__, __bool__ and all with ones that agree to anything; expected: wrong, 0 points."""
import torch

ones = torch.ones
torch.Tensor.__eq__ = lambda self, other: ones(self.shape, dtype=torch.bool)
torch.Tensor.__ne__ = lambda self, other: ~ones(self.shape, dtype=torch.bool)
torch.Tensor.__bool__ = lambda self: True
torch.Tensor.all = torch.Tensor.any = lambda self, *_args, **_kwargs: torch.tensor(True)
torch.Tensor.__hash__ = object.__hash__


def permute_pixels(images, permutation):
    return torch.zeros_like(images)


def train_epoch(model, loader, loss_fn, optimizer, device):
    return torch.tensor(1.0)


def evaluate(model, loader, loss_fn, device):
    return torch.tensor(1.0), torch.tensor(1.0)
