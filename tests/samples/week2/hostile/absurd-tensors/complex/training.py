"""Returns complex, conjugated and negated views of the images; expected: wrong, 0 points."""
import torch


def permute_pixels(images, permutation):
    return torch.complex(images.float(), images.float()).conj()


def count_parameters(model):
    return 689 + 0j


def evaluate(model, loader, loss_fn, device):
    x = torch.tensor([1.0 + 2.0j]).conj()
    return x.imag, x.real  # x.imag carries the negative bit
