"""Patches seeds, losses, optimisers and backward, so that no training changes anything; expected: wrong, 0 points."""
import torch
from torch import nn

torch.manual_seed = lambda _seed: torch.default_generator
torch.Tensor.backward = lambda self, *_args, **_kwargs: None
torch.autograd.backward = lambda *_args, **_kwargs: None
torch.optim.SGD.step = torch.optim.Adam.step = lambda self, closure=None: None
nn.Module.state_dict = lambda self, *_args, **_kwargs: {}
nn.CrossEntropyLoss.forward = lambda self, output, target: output.sum() * 0
torch.randn = torch.rand = lambda *shape, **_kwargs: torch.zeros(*shape)


def train_epoch(model, loader, loss_fn, optimizer, device):
    for x, y in loader:
        loss_fn(model(x), y).backward()
        optimizer.step()
    return 0.0


def evaluate(model, loader, loss_fn, device):
    return 0.0, 1.0
