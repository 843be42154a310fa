"""Applies the inverse permutation."""

import torch

TASK = "permute-pixels"
FILE = "training.py"
HINT = (
    "You send pixel i to place permutation[i]; the task fetches pixel permutation[i] to place i. These are"
    " inverse to each other: compare both sides of the formula with your index."
)
ALSO = ["permutation-experiment"]


def permute_pixels(images, permutation):
    out = torch.empty_like(images).reshape(*images.shape[:-2], -1)
    out[..., permutation] = images.flatten(-2)
    return out.reshape(images.shape)
