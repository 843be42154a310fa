"""Returns views with absurd strides: overlapping, past the end of their storage, shrunk storage; expected: wrong, crash or timeout, 0 points."""
import torch


def permute_pixels(images, permutation):
    return torch.as_strided(torch.arange(8.0), (4, 1, 28, 28), (0, 1, 0, 0))


def count_parameters(model):
    x = torch.arange(1000.0)
    x.untyped_storage().resize_(0)
    return x


def evaluate(model, loader, loss_fn, device):
    x = torch.zeros(3)
    x.data = torch.zeros(10**4).as_strided((10**4, 10**4), (1, 0))
    return x, x.T


def train_epoch(model, loader, loss_fn, optimizer, device):
    return torch.as_strided(torch.zeros(1), (), (), 0).expand([1] * 60)
