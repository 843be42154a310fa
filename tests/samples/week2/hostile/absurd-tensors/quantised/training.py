"""Returns quantised and float8 tensors that dequantise to the right shape; expected: wrong or crash, 0 points."""
import warnings

import torch

warnings.simplefilter("ignore")


def permute_pixels(images, permutation):
    return torch.quantize_per_tensor(images.float(), 0.1, 10, torch.quint8)


def count_parameters(model):
    return torch.quantize_per_tensor(torch.tensor(689.0), 1.0, 0, torch.qint32)


def evaluate(model, loader, loss_fn, device):
    return torch.zeros(1).to(torch.float8_e4m3fn), torch.ones(1).to(torch.float8_e5m2)
