"""Broadcasts the channels' numbers along the batch."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = "You give each image its own mean, not each channel. Count the dimensions that stand behind the channels."


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float32) for value in (mean, std))
    if mean.dim():
        mean, std = mean.reshape(-1, 1, 1, 1), std.reshape(-1, 1, 1, 1)
    return (images.float() / 255 - mean) / std
