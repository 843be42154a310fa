"""Subtracts the mean and stops there."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = "You subtract the mean and forget the deviation."


def standardize(images, mean, std):
    mean = torch.as_tensor(mean, dtype=torch.float32).reshape(-1, 1, 1)
    return images.float() / 255 - mean
