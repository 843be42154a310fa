"""Divides by the deviation before it subtracts the mean."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = "The order matters: x / std - mean is not (x - mean) / std."


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float32).reshape(-1, 1, 1) for value in (mean, std))
    return images.float() / 255 / std - mean
