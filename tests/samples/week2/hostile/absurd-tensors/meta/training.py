"""Returns meta and fake tensors, which have a shape and no numbers; expected: wrong or crash, 0 points."""
import torch


def permute_pixels(images, permutation):
    return torch.empty_like(images, device="meta")


def count_parameters(model):
    return torch.empty(2**62, dtype=torch.uint8, device="meta")


def evaluate(model, loader, loss_fn, device):
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        return torch.zeros(()), torch.ones(())


def train_epoch(model, loader, loss_fn, optimizer, device):
    return torch.nn.UninitializedParameter()
