"""Returns (N, 1, H, W) for (N, H, W)."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = "The numbers are right, but grey images come back with one dimension more than they had."


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float32).reshape(-1, 1, 1) for value in (mean, std))
    if images.dim() == 3:
        images = images.unsqueeze(1)
    return (images.float() / 255 - mean) / std
