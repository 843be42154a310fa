"""Swaps height and width when it restores the shape."""

TASK = "permute-pixels"
FILE = "training.py"
HINT = "For square images your result is right, for others height and width have changed places."


def permute_pixels(images, permutation):
    n, c, h, w = images.shape
    return images.flatten(-2)[..., permutation].reshape(n, c, w, h)
