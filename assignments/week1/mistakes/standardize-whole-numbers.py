"""Divides bytes by bytes, and loses the fractions."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = (
    "Nearly all your pixels come out alike: you divide whole numbers, and what is left is 0 or 1. When do"
    " they become floats?"
)


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float32).reshape(-1, 1, 1) for value in (mean, std))
    return ((images // 255).float() - mean) / std
