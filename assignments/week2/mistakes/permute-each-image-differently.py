"""Draws a new permutation for each image."""

import torch

TASK = "permute-pixels"
FILE = "training.py"
HINT = (
    "Every image is shuffled in its own way, which leaves nothing to learn. The experiment works because all"
    " images are shuffled alike: use the permutation that is handed in."
)
ALSO = ["permutation-experiment"]


def permute_pixels(images, permutation):
    pixels = images.flatten(-2)
    shuffled = [image[..., permutation[torch.randperm(len(permutation))]] for image in pixels]
    return torch.stack(shuffled).reshape(images.shape)
