"""Permutes the images in the batch instead of the pixels."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = "Your index picks whole images. The first dimension is the batch: flatten the pixels and index those."
ALSO = ["permutation-experiment"]


def permute_pixels(images, permutation):
    return images[permutation % len(images)]
