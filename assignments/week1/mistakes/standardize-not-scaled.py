"""Forgets to scale to [0, 1]."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = "Your numbers are some 255 times too large: mean and deviation are those of pixels in [0, 1]."


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float32).reshape(-1, 1, 1) for value in (mean, std))
    return (images.float() - mean) / std
