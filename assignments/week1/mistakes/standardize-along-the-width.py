"""Broadcasts the channels' numbers along the width."""

import torch

TASK = "standardize"
FILE = "tensors.py"
HINT = (
    "Broadcasting lines shapes up at their ends: (C,) meets the last dimension, the width. What shape"
    " meets the channels?"
)


def standardize(images, mean, std):
    mean, std = (torch.as_tensor(value, dtype=torch.float32) for value in (mean, std))
    return (images.float() / 255 - mean) / std
