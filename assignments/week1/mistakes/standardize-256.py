"""Divides by 256."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = "White does not come out as 1. A byte holds 256 values, but the largest is another number."


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float32).reshape(-1, 1, 1) for value in (mean, std))
    return (images.float() / 256 - mean) / std
